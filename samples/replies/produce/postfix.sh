SERVER="Postfix $(dpkg-query -W -f '${Version}' postfix | sed 's/-.*//')"
. /produce/lib.sh
cd /etc/postfix
useradd -m known 2>/dev/null
cat >main.cf <<'CF'
compatibility_level = 3.6
myhostname = mx.example.org
mydestination = local.example.org
mynetworks =
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions =
virtual_mailbox_domains = virtual.example.org
virtual_mailbox_maps = inline:{ known@virtual.example.org=x }
virtual_mailbox_base = /tmp
virtual_uid_maps = static:1000
virtual_gid_maps = static:1000
virtual_alias_domains = alias.example.org
virtual_alias_maps = inline:{ known@alias.example.org=known@local.example.org }
relay_domains = relay.example.org
relay_recipient_maps = inline:{ known@relay.example.org=x }
alias_maps =
local_recipient_maps = unix:passwd.byname
relocated_maps = inline:{ { moved@local.example.org = new@example.net }, { moved@virtual.example.org = new@example.net } }
transport_maps = inline:{ { retry.example.org = retry:4.0.0 }, { error.example.org = error:5.1.2 unused domain }, { gone.example.org = error:5.1.6 moved to example.net } }
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
smtpd_peername_lookup = no
disable_dns_lookups = no
maillog_file = /var/log/postfix.log
maillog_file_prefixes = /var
CF
sed -i '/^smtp .*inet/d' master.cf
port=2500
# service OPTION...: another smtpd, on the next port
service() {
	port=$((port + 1))
	printf '127.0.0.1:%s inet n - n - - smtpd' $port >>master.cf
	for o; do printf ' -o { %s }' "$o" >>master.cf; done
	echo >>master.cf
}
grep -q ^postlog master.cf || echo 'postlog unix-dgram n - n - 1 postlogd' >>master.cf
sed -i 's/^\([a-z]* *unix *[-n]* *[-n]* *\)y/\1n/' master.cf

# table NAME LINE...: an access table in a file
table() {
	printf '%s\n' "${@:2}" >"/etc/postfix/$1"
	printf 'texthash:/etc/postfix/%s' "$1"
}

# acl ACTION: a service with a recipient access map
acl() { service "smtpd_recipient_restrictions = check_recipient_access $(table "acl$port" "user@virtual.example.org $1"), permit"; }

service; plain=$port
declare -a texts=(
	"mailbox_unknown|550 5.1.1 User unknown"
	"mailbox_unknown|550 5.1.1 No such user here"
	"mailbox_unknown|550 5.1.1 mailbox not found"
	"mailbox_unknown|550 5.1.1 account does not exist"
	"undetermined|REJECT no such person here"
	"undetermined|REJECT"
	"undetermined|554 5.7.1 Access denied"
	"mailbox_disabled|550 5.2.1 Mailbox disabled, not accepting messages"
	"mailbox_disabled|554 5.2.1 This account is suspended"
	"mailbox_disabled|550 5.2.1 user account is inactive"
	"mailbox_full|552 5.2.2 Mailbox is full"
	"mailbox_full|552 5.2.2 Quota exceeded (mailbox for user is full)"
	"mailbox_full|452 4.2.2 Mailbox is full"
	"mailbox_full|550 5.2.2 Over quota"
	"mailbox_moved|551 5.1.6 User has moved to new@example.net"
	"temporary|DEFER"
	"temporary|451 4.3.0 Temporary lookup failure"
	"temporary|450 4.2.1 mailbox busy, try again later"
	"temporary|DEFER_IF_PERMIT 4.3.0 Try again later"
	"greylisted|450 4.2.0 Greylisted, see http://postgrey.schweikert.ch/help/virtual.example.org.html"
	"greylisted|450 4.7.1 Greylisting in action, please come back later"
	"rate_limited|450 4.7.1 Rate limit exceeded"
	"rate_limited|550 5.7.1 You sent too many messages today, daily limit exceeded"
	"sender_blocked|554 5.7.1 Your IP address has a poor reputation"
	"sender_blocked|550 5.7.1 DMARC policy of example.com rejects this message"
	"sender_blocked|550 5.7.23 SPF fail: not authorized"
	"sender_blocked|550 5.7.25 no PTR record for your address"
	"sender_blocked|521 5.7.1 Blocked by the blacklist"
	"content_rejected|550 5.7.1 Message rejected as spam"
	"content_rejected|552 5.3.4 message size limit exceeded"
	"domain_problem|556 5.1.10 Recipient domain has null MX"
	"undetermined|550 5.2.0 Requested action not taken"
)
first=$((port + 1))
for t in "${texts[@]}"; do acl "${t#*|}"; done
service 'unknown_virtual_mailbox_reject_code = 450' 'unknown_virtual_alias_reject_code = 450' 'unknown_relay_recipient_reject_code = 450' 'unknown_local_recipient_reject_code = 450'; soft=$port
service 'smtpd_relay_restrictions = defer_unauth_destination' 'smtpd_recipient_restrictions ='; debian=$port
service "smtpd_client_restrictions = check_client_access $(table client '127.0.0.1 REJECT')"; client=$port
service "smtpd_client_restrictions = check_client_access $(table clienttext '127.0.0.1 554 5.7.1 Client host on our local blocklist')"; clienttext=$port
service "smtpd_client_restrictions = check_client_access $(table client '127.0.0.1 REJECT')" 'smtpd_delay_reject = no'; clientnow=$port
service "smtpd_client_restrictions = check_client_access $(table clientlater '127.0.0.1 421 4.7.0 come back later')" 'smtpd_delay_reject = no'; clientlater=$port
service 'smtpd_client_restrictions = reject_unknown_client_hostname'; noname=$port
service 'smtpd_client_restrictions = reject_unknown_reverse_client_hostname'; noptr=$port
service 'smtpd_client_restrictions = reject_unknown_reverse_client_hostname' 'unknown_client_reject_code = 550'; noptrhard=$port
service 'smtpd_client_restrictions = permit_sasl_authenticated, reject'; plainreject=$port
service 'smtpd_helo_required = yes' 'smtpd_helo_restrictions = reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname, check_helo_access '"$(table helo 'bad.example.com REJECT' 'liar.example.com 550 5.7.1 You are not me')"; helo=$port
service 'smtpd_helo_restrictions = reject_unknown_helo_hostname'; helounknown=$port
service 'smtpd_sender_restrictions = reject_non_fqdn_sender, check_sender_access '"$(table sender 'bad@example.com REJECT' 'spam@example.com 554 5.7.1 Sender is on our blacklist' 'gone@example.com 550 5.1.8 sender domain not found' '<> REJECT')"; sender=$port
service 'smtpd_sender_restrictions = reject_unknown_sender_domain'; senderdomain=$port
service 'smtpd_sender_restrictions = reject_unlisted_sender'; senderunlisted=$port
service 'smtpd_sender_restrictions = reject_unverified_sender' 'unverified_sender_reject_code = 550'; senderverify=$port
service 'local_recipient_maps =' 'smtpd_recipient_restrictions = reject_unverified_recipient'; verify=$port
service 'local_recipient_maps =' 'smtpd_recipient_restrictions = reject_unverified_recipient' 'unverified_recipient_reject_code = 550'; verifyhard=$port
service 'smtpd_relay_restrictions = permit' 'smtpd_recipient_restrictions = reject_non_fqdn_recipient, reject_unknown_recipient_domain, reject'; recipientdomain=$port
service 'smtpd_recipient_restrictions = reject'; reject=$port
service 'smtpd_recipient_restrictions = defer'; defer=$port
service 'smtpd_recipient_limit = 2'; toomany=$port
service 'smtpd_hard_error_limit = 2' 'smtpd_soft_error_limit = 1'; errors=$port
service 'smtpd_client_connection_rate_limit = 1' 'smtpd_client_event_limit_exceptions ='; rate=$port
service 'smtpd_client_recipient_rate_limit = 1' 'smtpd_client_event_limit_exceptions ='; rcptrate=$port
service 'smtpd_client_message_rate_limit = 1' 'smtpd_client_event_limit_exceptions ='; mailrate=$port
service 'smtpd_tls_security_level = encrypt' 'smtpd_tls_cert_file = /etc/ssl/certs/none.pem'; tls=$port
service 'message_size_limit = 1000'; size=$port
service 'header_checks = regexp:/etc/postfix/header_checks' 'cleanup_service_name = checked'; checks=$port
service 'smtpd_recipient_restrictions = check_policy_service unix:private/nothing'; nopolicy=$port
service 'smtpd_recipient_restrictions = check_recipient_access hash:/nowhere'; nomap=$port
service 'smtpd_reject_footer = \c For assistance, call 800-555-0101. Please tell: client=$client_address'; footer=$port
service 'smtpd_reject_footer = For assistance, see https://www.example.org/help'; footer2=$port
service 'smtpd_etrn_restrictions = reject'; etrn=$port
service 'smtpd_sasl_auth_enable = no'; auth=$port
service 'strict_rfc821_envelopes = yes'; strict=$port
service 'smtpd_data_restrictions = reject_multi_recipient_bounce, reject_unauth_pipelining'; multi=$port
service "smtpd_end_of_data_restrictions = check_recipient_access $(table eod 'known@virtual.example.org 554 5.7.1 Message content rejected')"; eod=$port
cat >>master.cf <<'CF'
checked unix n - n - 0 cleanup -o header_checks=regexp:/etc/postfix/header_checks -o body_checks=regexp:/etc/postfix/body_checks
CF
cat >header_checks <<'CF'
/^Subject: .*viagra/ REJECT
/^Subject: .*winner/ REJECT 5.7.1 Message content rejected: spam
CF
echo '/click here/ REJECT 5.7.1 message body contains a prohibited link' >body_checks
touch /etc/postfix/main.cf
postfix start >&2 || { cat /var/log/postfix.log >&2; exit 1; }
up $plain

rcpt accepted "a known user" $plain known@virtual.example.org
rcpt mailbox_unknown "virtual mailbox table" $plain nobody@virtual.example.org
rcpt mailbox_unknown "virtual alias table" $plain nobody@alias.example.org
rcpt mailbox_unknown "relay recipient table" $plain nobody@relay.example.org
rcpt mailbox_unknown "local recipient table" $plain nosuch@local.example.org
rcpt mailbox_moved "relocated_maps, local" $plain moved@local.example.org
rcpt mailbox_moved "relocated_maps, virtual" $plain moved@virtual.example.org
rcpt relay_denied "reject_unauth_destination" $plain user@elsewhere.example.net
rcpt relay_denied "percent hack" $plain user%elsewhere.example.net@virtual.example.org
rcpt relay_denied "defer_unauth_destination" $debian user@elsewhere.example.net
rcpt temporary "unknown_virtual_mailbox_reject_code=450" $soft nobody@virtual.example.org
rcpt temporary "unknown_virtual_alias_reject_code=450" $soft nobody@alias.example.org
rcpt temporary "unknown_relay_recipient_reject_code=450" $soft nobody@relay.example.org
rcpt temporary "unknown_local_recipient_reject_code=450" $soft nosuch@local.example.org
p=$first
for t in "${texts[@]}"; do rcpt "${t%%|*}" "recipient access map: ${t#*|}" $p user@virtual.example.org; p=$((p + 1)); done
rcpt sender_blocked "client access map" $client known@virtual.example.org
rcpt sender_blocked "client access map with a text" $clienttext known@virtual.example.org
ask sender_blocked greeting "client access map, not delayed" $clientnow
ask sender_blocked greeting "421 in the client access map, not delayed" $clientlater
rcpt sender_blocked "reject_unknown_client_hostname" $noname known@virtual.example.org
rcpt sender_blocked "reject_unknown_reverse_client_hostname" $noptr known@virtual.example.org
rcpt sender_blocked "reject_unknown_reverse_client_hostname, 550" $noptrhard known@virtual.example.org
rcpt sender_blocked "client restrictions: reject" $plainreject known@virtual.example.org
rcpt sender_blocked "reject_non_fqdn_helo_hostname" $helo known@virtual.example.org ann@example.com localhost
rcpt sender_blocked "reject_invalid_helo_hostname" $helo known@virtual.example.org ann@example.com 'a..b'
rcpt sender_blocked "HELO access map" $helo known@virtual.example.org ann@example.com bad.example.com
rcpt sender_blocked "HELO access map with a text" $helo known@virtual.example.org ann@example.com liar.example.com
ask protocol_problem mail "smtpd_helo_required" $helo "MAIL FROM:<ann@example.com>"
rcpt sender_blocked "reject_unknown_helo_hostname" $helounknown known@virtual.example.org
rcpt sender_blocked "sender access map" $sender known@virtual.example.org bad@example.com
rcpt sender_blocked "sender access map with a text" $sender known@virtual.example.org spam@example.com
rcpt sender_blocked "sender access map, 5.1.8" $sender known@virtual.example.org gone@example.com
rcpt sender_blocked "sender access map, null sender" $sender known@virtual.example.org ''
rcpt sender_blocked "reject_non_fqdn_sender" $sender known@virtual.example.org ann@localhost
rcpt sender_blocked "reject_unknown_sender_domain" $senderdomain known@virtual.example.org ann@nowhere.example.com
rcpt sender_blocked "reject_unlisted_sender, virtual" $senderunlisted known@virtual.example.org nobody@virtual.example.org
rcpt sender_blocked "reject_unlisted_sender, local" $senderunlisted known@virtual.example.org nosuch@local.example.org
rcpt sender_blocked "reject_unlisted_sender, relay" $senderunlisted known@virtual.example.org nobody@relay.example.org
rcpt sender_blocked "reject_unlisted_sender, alias" $senderunlisted known@virtual.example.org nobody@alias.example.org
rcpt sender_blocked "reject_unverified_sender" $senderverify known@virtual.example.org nosuch@local.example.org
rcpt temporary "reject_unverified_recipient" $verify nosuch@local.example.org
rcpt mailbox_unknown "reject_unverified_recipient, 550" $verifyhard nosuch2@local.example.org
rcpt undetermined "reject_non_fqdn_recipient" $recipientdomain user@localhost
rcpt undetermined "recipient restrictions: reject" $reject known@virtual.example.org
rcpt temporary "recipient restrictions: defer" $defer known@virtual.example.org
ask rate_limited rcpt "smtpd_recipient_limit" $toomany "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:<known@virtual.example.org>" "RCPT TO:<known@virtual.example.org>" "RCPT TO:<known@virtual.example.org>"
ask rate_limited rcpt "smtpd_hard_error_limit" $errors "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:<n1@virtual.example.org>" "RCPT TO:<n2@virtual.example.org>" "RCPT TO:<known@virtual.example.org>"
ask accepted greeting "a greeting" $plain
ask accepted greeting "a greeting, counted" $rate
ask rate_limited greeting "smtpd_client_connection_rate_limit" $rate
ask rate_limited rcpt "smtpd_client_recipient_rate_limit" $rcptrate "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:<known@virtual.example.org>" "RCPT TO:<known@virtual.example.org>"
ask rate_limited mail "smtpd_client_message_rate_limit" $mailrate "EHLO c.example.com" "MAIL FROM:<a@example.com>" RSET "MAIL FROM:<a@example.com>"
ask protocol_problem mail "STARTTLS required" $tls "EHLO c.example.com" "MAIL FROM:<a@example.com>"
ask temporary ehlo "STARTTLS without a key" $tls "EHLO c.example.com" STARTTLS
ask content_rejected mail "SIZE" $size "EHLO c.example.com" "MAIL FROM:<a@example.com> SIZE=100000"
data content_rejected "message_size_limit" $size known@virtual.example.org 'Subject: long' '' "$(printf 'x%.0s' {1..900})" "$(printf 'y%.0s' {1..900})"
data content_rejected "header_checks with a text" $checks known@virtual.example.org 'Subject: winner' '' hello
data content_rejected "header_checks" $checks known@virtual.example.org 'Subject: viagra' '' hello
data content_rejected "body_checks" $checks known@virtual.example.org 'Subject: hi' '' 'click here'
data accepted "queued" $plain known@virtual.example.org 'Subject: hi' '' hello
data content_rejected "end of data restrictions" $eod known@virtual.example.org 'Subject: hi' '' hello
rcpt temporary "a policy service that does not answer" $nopolicy known@virtual.example.org
rcpt temporary "a table that can't be read" $nomap known@virtual.example.org
rcpt mailbox_unknown "smtpd_reject_footer" $footer nobody@virtual.example.org
rcpt mailbox_unknown "smtpd_reject_footer on a line of its own" $footer2 nobody@virtual.example.org
ask protocol_problem mail "bad syntax" $plain "EHLO c.example.com" "MAIL FROM ann"
ask sender_blocked mail "strict_rfc821_envelopes" $strict "EHLO c.example.com" "MAIL FROM:ann@example.com"
ask protocol_problem rcpt "RCPT before MAIL" $plain "EHLO c.example.com" "RCPT TO:<known@virtual.example.org>"
ask protocol_problem mail "nested MAIL" $plain "EHLO c.example.com" "MAIL FROM:<a@example.com>" "MAIL FROM:<a@example.com>"
ask protocol_problem data "DATA without recipients" $plain "EHLO c.example.com" "MAIL FROM:<a@example.com>" DATA
ask protocol_problem data "DATA after refusals" $plain "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:<n@virtual.example.org>" DATA
ask protocol_problem ehlo "unknown command" $plain "FOO"
ask protocol_problem ehlo "EHLO without a name" $plain "EHLO"
ask protocol_problem mail "unknown parameter" $plain "EHLO c.example.com" "MAIL FROM:<a@example.com> FOO=bar"
ask protocol_problem rcpt "unknown parameter" $plain "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:<known@virtual.example.org> FOO=bar"
ask protocol_problem ehlo "VRFY with no argument" $plain "EHLO c.example.com" "VRFY"
ask undetermined rcpt "VRFY" $plain "EHLO c.example.com" "VRFY known@virtual.example.org"
ask mailbox_unknown rcpt "VRFY of an unknown user" $plain "EHLO c.example.com" "VRFY nobody@virtual.example.org"
ask relay_denied rcpt "two @" $plain "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:<a@b@c>"
ask mailbox_unknown rcpt "bad recipient syntax" $strict "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:a@b"
ask protocol_problem ehlo "AUTH not enabled" $auth "EHLO c.example.com" "AUTH PLAIN AGEAYg=="
ask sender_blocked ehlo "ETRN" $etrn "EHLO c.example.com" "ETRN example.org"
ask sender_blocked data "reject_multi_recipient_bounce" $multi "EHLO c.example.com" "MAIL FROM:<>" "RCPT TO:<known@virtual.example.org>" "RCPT TO:<known@relay.example.org>" DATA
ask accepted ehlo "NOOP" $plain NOOP
ask accepted ehlo "QUIT" $plain QUIT
ask accepted mail "MAIL" $plain "EHLO c.example.com" "MAIL FROM:<a@example.com>"
ask accepted data "DATA" $plain "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:<known@virtual.example.org>" DATA

[[ -z ${DEBUG-} ]] || cat /var/log/postfix.log >&2
