SERVER="Sendmail $(dpkg-query -W -f '${Version}' sendmail-bin | sed 's/-.*//')"
. /produce/lib.sh
host=192.0.2.1 # it relays for 127.0.0.1 without being asked
ip addr add $host/32 dev lo
useradd -m known 2>/dev/null
for u in full fullsoon off frozen moved nobody1 nobody2 nobody3 policy reject later grey rate listed dom; do useradd -m $u; done 2>/dev/null
cd /etc/mail
port=2800
# sendmail NAME M4-LINE...: a server of its own, on the next port
sendmail_with() {
	port=$((port + 1))
	{
		echo "include(\`/usr/share/sendmail/cf/m4/cf.m4')dnl"
		echo "OSTYPE(\`debian')dnl"
		echo "DOMAIN(\`debian-mta')dnl"
		echo "undefine(\`confHOST_STATUS_DIRECTORY')dnl"
		echo "define(\`confDOMAIN_NAME', \`mx.example.org')dnl"
		echo "define(\`confPID_FILE', \`/tmp/s$port.pid')dnl"
		echo "define(\`QUEUE_DIR', \`/var/spool/mqueue')dnl"
		echo "FEATURE(\`nocanonify')dnl"
		echo "FEATURE(\`no_default_msa')dnl"
		echo "define(\`confDONT_PROBE_INTERFACES', \`true')dnl"
		echo "define(\`confTO_IDENT', \`0')dnl"
		echo "FEATURE(\`access_db', \`hash -o /etc/mail/access')dnl"
		echo "FEATURE(\`virtusertable', \`hash -o /etc/mail/virtusertable')dnl"
		echo "FEATURE(\`blacklist_recipients')dnl"
		echo "VIRTUSER_DOMAIN(\`virtual.example.org')dnl"
		for l; do echo "$l"; done
		echo "DAEMON_OPTIONS(\`Family=inet, Name=MTA, Addr=$host, Port=$port')dnl"
		echo "MAILER(\`local')dnl"
		echo "MAILER(\`smtp')dnl"
		echo "LOCAL_CONFIG"
		echo "Cwlocal.example.org"
	} >"/tmp/s$port.mc"
	m4 "/tmp/s$port.mc" >"/tmp/s$port.cf" 2>/dev/null
	/usr/libexec/sendmail/sendmail -C"/tmp/s$port.cf" -bd >&2 </dev/null
	up $port
}
sed -i 's/^hosts:.*/hosts: files/' /etc/nsswitch.conf # without DNS every recipient would be "ok (will queue)"
cat >access <<'A'
To:full@local.example.org ERROR:5.2.2:552 mailbox full
To:fullsoon@local.example.org ERROR:4.2.2:452 mailbox full, try again later
To:off@local.example.org ERROR:5.2.1:550 mailbox disabled
To:frozen@local.example.org ERROR:5.2.1:550 account frozen
To:moved@local.example.org ERROR:5.1.6:551 User has moved; please try <new@example.net>
To:nobody1@local.example.org ERROR:5.1.1:550 User unknown
To:nobody2@local.example.org ERROR:"550 No such user here"
To:nobody3@local.example.org ERROR:5.1.1:553 no such mailbox
To:policy@local.example.org ERROR:5.7.1:550 Access denied
To:reject@local.example.org REJECT
To:later@local.example.org ERROR:4.3.0:451 local error, try again later
To:grey@local.example.org ERROR:4.7.1:451 Greylisting in action, please come back in 00:05:00
To:rate@local.example.org ERROR:4.7.0:450 too many messages from you, slow down
To:listed@local.example.org ERROR:5.7.1:550 Mail from 127.0.0.1 refused - see http://www.spamhaus.org/
To:dom@local.example.org ERROR:5.1.2:550 Host unknown
From:bad@example.com REJECT
From:spam@example.com ERROR:5.7.1:554 sender on our black list
From:typo@example.com ERROR:5.1.8:553 sender domain is not valid
A
printf 'gone@virtual.example.org error:nouser 550 5.1.1 User gone\nnone@virtual.example.org error:nouser User unknown\nunavailable@virtual.example.org error:5.2.1:550 Account disabled\nknown@virtual.example.org known\n@virtual.example.org error:nouser No such user here\n' >virtusertable
sed -i 's/^\([^ ]*\) /\1\t/' access virtusertable
makemap=/usr/libexec/sendmail/makemap
$makemap hash access <access
$makemap hash virtusertable <virtusertable
printf 'root: known\n' >aliases
chmod 755 /etc/mail; chmod 644 aliases access virtusertable; chown root:root . aliases
sendmail_with "FEATURE(\`accept_unresolvable_domains')dnl" "define(\`confMAX_RCPTS_PER_MESSAGE', \`3')dnl" "define(\`confMAX_MESSAGE_SIZE', \`2000')dnl"; p=$port
/usr/libexec/sendmail/sendmail -C"/tmp/s$p.cf" -bi >&2
ask accepted greeting "a greeting" $p
rcpt accepted "a known user" $p known@local.example.org
rcpt accepted "a known virtual user" $p known@virtual.example.org
rcpt mailbox_unknown "an unknown user" $p nosuch@local.example.org
rcpt sender_blocked "relaying, without reverse DNS" $p user@elsewhere.example.net
rcpt sender_blocked "percent hack, without reverse DNS" $p user%elsewhere.example.net@local.example.org
rcpt mailbox_unknown "virtusertable, the domain's rest" $p x@virtual.example.org
rcpt mailbox_unknown "virtusertable error:nouser" $p none@virtual.example.org
rcpt mailbox_unknown "virtusertable error:nouser" $p gone@virtual.example.org
rcpt mailbox_disabled "virtusertable error:5.2.1" $p unavailable@virtual.example.org
for t in mailbox_full:full mailbox_full:fullsoon mailbox_disabled:off mailbox_disabled:frozen mailbox_moved:moved mailbox_unknown:nobody1 \
	mailbox_unknown:nobody2 mailbox_unknown:nobody3 sender_blocked:policy mailbox_disabled:reject temporary:later greylisted:grey rate_limited:rate \
	sender_blocked:listed domain_problem:dom; do
	rcpt "${t%:*}" "access map: ${t#*:}" $p "${t#*:}@local.example.org"
done
ask sender_blocked mail "access map: From REJECT" $p "EHLO c.example.com" "MAIL FROM:<bad@example.com>"
ask sender_blocked mail "access map: From ERROR" $p "EHLO c.example.com" "MAIL FROM:<spam@example.com>"
ask sender_blocked mail "access map: From ERROR 5.1.8" $p "EHLO c.example.com" "MAIL FROM:<typo@example.com>"
ask sender_blocked mail "sender without a domain" $p "EHLO c.example.com" "MAIL FROM:<ann>"
ask sender_blocked mail "bad sender" $p "EHLO c.example.com" "MAIL FROM:<a@b@c>"
ask mailbox_unknown rcpt "bad recipient" $p "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:<a@b@c>"
ask rate_limited rcpt "confMAX_RCPTS_PER_MESSAGE" $p "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:<known@local.example.org>" "RCPT TO:<known@local.example.org>" "RCPT TO:<known@local.example.org>" "RCPT TO:<known@local.example.org>"
ask content_rejected mail "SIZE" $p "EHLO c.example.com" "MAIL FROM:<a@example.com> SIZE=99999"
data content_rejected "too large" $p known@local.example.org 'Subject: hi' '' "$(printf 'x%.0s' {1..900})" "$(printf 'x%.0s' {1..900})" "$(printf 'x%.0s' {1..900})"
data accepted "queued" $p known@local.example.org 'Subject: hi' '' hello
ask protocol_problem ehlo "unknown command" $p FOO
ask protocol_problem ehlo "EHLO without a name" $p EHLO
ask sender_blocked ehlo "a bad name" $p "EHLO a@b"
ask protocol_problem mail "nested MAIL" $p "EHLO c.example.com" "MAIL FROM:<a@example.com>" "MAIL FROM:<a@example.com>"
ask protocol_problem mail "unknown parameter" $p "EHLO c.example.com" "MAIL FROM:<a@example.com> FOO=bar"
ask protocol_problem mail "no colon" $p "EHLO c.example.com" "MAIL FROM ann"
ask protocol_problem rcpt "unknown parameter" $p "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:<known@local.example.org> FOO=bar"
ask protocol_problem rcpt "RCPT before MAIL" $p "EHLO c.example.com" "RCPT TO:<known@local.example.org>"
ask protocol_problem data "DATA before RCPT" $p "EHLO c.example.com" "MAIL FROM:<a@example.com>" DATA
ask accepted rcpt "VRFY" $p "EHLO c.example.com" "VRFY known"
ask mailbox_unknown rcpt "VRFY of an unknown user" $p "EHLO c.example.com" "VRFY nosuch"
ask protocol_problem ehlo "ETRN" $p "EHLO c.example.com" "ETRN"
ask accepted ehlo "NOOP" $p NOOP
ask accepted ehlo "QUIT" $p QUIT
ask accepted mail "MAIL" $p "EHLO c.example.com" "MAIL FROM:<a@example.com>"
sendmail_with
ask sender_blocked mail "an unresolvable sender domain" $port "EHLO c.example.com" "MAIL FROM:<ann@nowhere.example.com>"
sendmail_with "FEATURE(\`delay_checks')dnl" "FEATURE(\`accept_unresolvable_domains')dnl"
rcpt sender_blocked "From REJECT, delay_checks" $port known@local.example.org bad@example.com
rcpt sender_blocked "From ERROR, delay_checks" $port known@local.example.org spam@example.com
sendmail_with "FEATURE(\`require_rdns')dnl" "FEATURE(\`accept_unresolvable_domains')dnl"
rcpt sender_blocked "require_rdns" $port known@local.example.org
sendmail_with "define(\`confPRIVACY_FLAGS', \`needmailhelo,noexpn,novrfy,authwarnings')dnl"
ask protocol_problem mail "needmailhelo" $port "MAIL FROM:<a@example.com>"
ask undetermined ehlo "novrfy" $port "EHLO c.example.com" "VRFY known"
ask sender_blocked ehlo "noexpn" $port "EHLO c.example.com" "EXPN known"
