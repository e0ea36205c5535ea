SERVER="Exim $(dpkg-query -W -f '${Version}' exim4-daemon-light | sed 's/-.*//')"
. /produce/lib.sh
useradd -m known 2>/dev/null
mkdir -p /tmp/exim && chown Debian-exim /tmp/exim
port=2600

# exim NAME RCPT-ACL [GLOBAL] [OTHER-ACLS] [ROUTERS]: a server of its own, on the next port
exim() {
	port=$((port + 1))
	cat >"/tmp/exim/$port.conf" <<CF
primary_hostname = mx.example.org
domainlist local_domains = local.example.org
local_interfaces = 127.0.0.1
daemon_smtp_ports = $port
spool_directory = /tmp/exim/spool$port
log_file_path = /tmp/exim/log$port-%slog
pid_file_path = /tmp/exim/pid$port
never_users =
tls_advertise_hosts =
host_lookup =
rfc1413_hosts =
acl_smtp_rcpt = rcpt
${2-}
begin acl
rcpt:
$1
${3-}
begin routers
${4-}
moved:
  driver = redirect
  domains = +local_domains
  local_parts = moved
  allow_fail
  data = :fail: 551 5.1.6 User has moved to new@example.net
deferred:
  driver = redirect
  domains = +local_domains
  local_parts = later
  allow_defer
  data = :defer: 4.3.0 lookup failed, try again later
sacked:
  driver = redirect
  domains = +local_domains
  local_parts = sacked
  allow_fail
  data = :fail: This person no longer works here
local:
  driver = accept
  domains = +local_domains
  check_local_user
  transport = null
begin transports
null:
  driver = appendfile
  file = /dev/null
  user = known
begin retry
* * F,2h,15m
CF
	mkdir -p "/tmp/exim/spool$port"
	chown Debian-exim "/tmp/exim/spool$port"
	exim4 -C "/tmp/exim/$port.conf" -bd >&2
	up $port
}

# words CLASS NOTE CONDITIONS...: an ACL that refuses with these words
words() {
	exim "  $3"
	rcpt "$1" "$2" $port known@local.example.org "${4-ann@example.com}"
}

default='  require message = relay not permitted
     domains = +local_domains
  require verify = recipient
  accept'
exim "$default"; plain=$port
rcpt accepted "a known user" $plain known@local.example.org
rcpt mailbox_unknown "verify = recipient" $plain nosuch@local.example.org
rcpt mailbox_moved ":fail: with a code" $plain moved@local.example.org
rcpt temporary ":defer:" $plain later@local.example.org
rcpt mailbox_unknown ":fail: with words" $plain sacked@local.example.org
rcpt relay_denied "relay not permitted" $plain user@elsewhere.example.net
ask accepted greeting "a greeting" $plain
ask accepted ehlo "QUIT" $plain QUIT
ask accepted mail "MAIL" $plain "EHLO c.example.com" "MAIL FROM:<a@example.com>"
ask protocol_problem ehlo "unknown command" $plain FOO
ask sender_blocked ehlo "EHLO without a name" $plain EHLO
ask sender_blocked ehlo "EHLO with a bad name" $plain "EHLO a_b@c"
ask protocol_problem mail "no colon" $plain "EHLO c.example.com" "MAIL FROM ann"
ask protocol_problem rcpt "RCPT before MAIL" $plain "EHLO c.example.com" "RCPT TO:<known@local.example.org>"
ask protocol_problem mail "nested MAIL" $plain "EHLO c.example.com" "MAIL FROM:<a@example.com>" "MAIL FROM:<a@example.com>"
ask protocol_problem data "DATA before RCPT" $plain "EHLO c.example.com" "MAIL FROM:<a@example.com>" DATA
ask protocol_problem data "DATA after refusals" $plain "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:<n@local.example.org>" DATA
ask mailbox_unknown rcpt "bad recipient syntax" $plain "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:<a@b@c>"
ask sender_blocked mail "bad sender syntax" $plain "EHLO c.example.com" "MAIL FROM:<a@b@c>"
ask sender_blocked mail "sender without a domain" $plain "EHLO c.example.com" "MAIL FROM:<ann>"
ask mailbox_unknown rcpt "recipient without a domain" $plain "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:<bob>"
ask rate_limited ehlo "smtp_accept_max_nonmail" $plain "EHLO c.example.com" NOOP NOOP NOOP NOOP NOOP NOOP NOOP NOOP NOOP NOOP NOOP NOOP NOOP NOOP
ask protocol_problem ehlo "STARTTLS not offered" $plain "EHLO c.example.com" STARTTLS
ask protocol_problem ehlo "AUTH not offered" $plain "EHLO c.example.com" "AUTH PLAIN AGEAYg=="
data accepted "queued" $plain known@local.example.org 'Subject: hi' '' hello

words mailbox_unknown "deny message" 'deny message = No such user here'
words mailbox_unknown "deny message" 'deny message = Unknown user'
words mailbox_unknown "deny message" 'deny message = User unknown'
words mailbox_unknown "deny message with a code" 'deny message = 550 5.1.1 mailbox does not exist'
words mailbox_full "deny message" 'deny message = mailbox quota exceeded'
words mailbox_full "deny message with a code" 'deny message = 552 5.2.2 mailbox is full'
words mailbox_disabled "deny message with a code" 'deny message = 550 5.2.1 mailbox disabled'
words mailbox_disabled "deny message" 'deny message = account is suspended'
words sender_blocked "deny without a message" 'deny'
words sender_blocked "deny message: rDNS" 'deny message = reverse DNS lookup failed for your host'
words sender_blocked "deny message: DNSBL" 'deny message = 127.0.0.1 is listed at zen.spamhaus.org'
words sender_blocked "deny message: blacklist" 'deny message = rejected because 127.0.0.1 is in a black list at bl.spamcop.net'
words sender_blocked "deny message: HELO" 'deny message = Access denied - Invalid HELO name (See RFC2821 4.1.1.1)'
words sender_blocked "deny message: SPF" 'deny message = SPF check failed'
words sender_blocked "deny message: country" 'deny message = Your host is not allowed to connect'
words greylisted "defer message" 'defer message = greylisted - please try again later'
words temporary "defer without a message" 'defer'
words temporary "defer message" 'defer message = lowest numbered MX record points to local host'
words relay_denied "deny message: authentication" 'deny message = authentication required to relay'
words temporary "verify = sender, no DNS" 'require verify = sender
  accept' ann@nowhere.example.com
words sender_blocked "verify = sender, unknown here" 'require verify = sender
  accept' nosuch@local.example.org
words temporary "verify = reverse_host_lookup, no DNS" 'require verify = reverse_host_lookup
  accept'
words sender_blocked "verify = helo" 'require verify = helo
  accept'
words sender_blocked "deny senders" 'deny message = sender envelope address is locally blacklisted here. If you think this is wrong, get in touch with postmaster
     senders = ann@example.com'
words sender_blocked "drop" 'drop message = Too many bad recipients'
words rate_limited "ratelimit" 'defer message = Sender rate overlimit - 5 / 1h
     ratelimit = 0 / 1h / strict
  accept'

# Callouts to another server of ours, which knows nobody else.
route="manual:
  driver = manualroute
  domains = called.example.org : *.example.net
  route_list = * 127.0.0.1 byname
  self = send
  transport = out"
exim '  deny message = 5.1.1 User unknown
     local_parts = nosuch
  defer message = busy
     local_parts = later
  deny message = 552 5.2.2 mailbox full
     local_parts = full
  accept'; called=$port
calling() { # ACL
	exim "$1" '' '' "$route"
	kill "$(cat /tmp/exim/pid$port)"
	sed -i "s/^begin retry/out:\n  driver = smtp\n  port = $called\n  allow_localhost\nbegin retry/" "/tmp/exim/$port.conf"
	sleep 0.5
	exim4 -C "/tmp/exim/$port.conf" -bd >&2
	up $port
}
calling '  require verify = recipient/callout=5s,use_sender
  accept'
rcpt accepted "recipient callout" $port known@called.example.org
rcpt mailbox_unknown "recipient callout" $port nosuch@called.example.org
rcpt temporary "recipient callout, later" $port later@called.example.org
rcpt mailbox_full "recipient callout, full" $port full@called.example.org
calling '  require verify = sender/callout=5s
  accept'
rcpt sender_blocked "sender callout" $port known@local.example.org nosuch@called.example.org
rcpt sender_blocked "sender callout, from the cache" $port known@local.example.org nosuch@called.example.org
rcpt sender_blocked "sender callout, later" $port known@local.example.org later@called.example.org

exim '  accept' 'acl_smtp_connect = conn' 'conn:
  deny message = 127.0.0.1 is blacklisted'
ask sender_blocked greeting "connect ACL" $port
exim '  accept' 'acl_smtp_connect = conn' 'conn:
  defer message = too many connections, slow down'
ask rate_limited greeting "connect ACL, defer" $port
exim '  accept' 'acl_smtp_connect = conn' 'conn:
  drop'
ask sender_blocked greeting "connect ACL, no message" $port
exim '  accept' 'acl_smtp_helo = hi' 'hi:
  deny message = HELO should be your own name'
ask sender_blocked ehlo "HELO ACL" $port "EHLO c.example.com"
exim '  accept' 'acl_smtp_mail = from' 'from:
  deny message = Sender not allowed'
ask sender_blocked mail "MAIL ACL" $port "EHLO c.example.com" "MAIL FROM:<a@example.com>"
exim '  accept' 'acl_smtp_data = body' 'body:
  deny message = This message scored 12.3 spam points.'
data content_rejected "DATA ACL" $port known@local.example.org 'Subject: hi' '' hello
exim '  accept' 'acl_smtp_data = body' 'body:
  deny message = This message contains a virus (Eicar).'
data content_rejected "DATA ACL" $port known@local.example.org 'Subject: hi' '' hello
exim '  accept' 'acl_smtp_data = body' 'body:
  require verify = header_syntax
  accept'
data sender_blocked "verify = header_syntax" $port known@local.example.org 'From: a@@b' 'Subject: hi' '' hello
exim '  accept' 'message_size_limit = 500'
ask content_rejected mail "SIZE" $port "EHLO c.example.com" "MAIL FROM:<a@example.com> SIZE=9999"
data content_rejected "message_size_limit" $port known@local.example.org 'Subject: hi' '' "$(printf 'x%.0s' {1..900})"
exim '  accept' 'recipients_max = 1
recipients_max_reject = true'
ask rate_limited rcpt "recipients_max_reject" $port "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:<known@local.example.org>" "RCPT TO:<known@local.example.org>"
exim '  accept' 'recipients_max = 1'
ask rate_limited rcpt "recipients_max" $port "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:<known@local.example.org>" "RCPT TO:<known@local.example.org>"
exim '  accept' 'smtp_accept_max_per_host = 1'
exec 4<>"/dev/tcp/127.0.0.1/$port"
ask rate_limited greeting "smtp_accept_max_per_host" $port
exec 4>&-
exim '  accept' 'smtp_accept_max_per_connection = 1'
data accepted "queued" $port known@local.example.org 'Subject: hi' '' hello
exim '  accept' 'host_reject_connection = *'
ask sender_blocked greeting "host_reject_connection" $port
exim '  accept' 'smtp_max_unknown_commands = 1'
ask rate_limited ehlo "smtp_max_unknown_commands" $port FOO BAR BAZ
exim '  accept' 'smtp_max_synprot_errors = 0'
ask rate_limited rcpt "smtp_max_synprot_errors" $port "EHLO c.example.com" "RCPT TO:<a@local.example.org>" "RCPT TO:<a@local.example.org>"
