SERVER="OpenSMTPD $(dpkg-query -W -f '${Version}' opensmtpd | sed 's/-.*//')"
. /produce/lib.sh
useradd -m known 2>/dev/null
mkdir -p /var/lib/opensmtpd/empty /tmp/o
printf 'known@virtual.example.org known\nlist@virtual.example.org nosuchperson\n' >/tmp/o/virtual
printf 'bad@example.com\n' >/tmp/o/senders
printf 'known\n' >/tmp/o/users
printf 'known@backup.example.org\n' >/tmp/o/rcpt
cat >/etc/smtpd.conf <<'CF'
table vusers file:/tmp/o/virtual
table badsenders file:/tmp/o/senders
table clients { 127.0.0.1 }
table fulls { "full@virtual.example.org" }
smtp max-message-size 2000
filter f2 phase mail-from match mail-from <badsenders> reject "550 5.7.1 sender refused"
filter f3 phase rcpt-to match rcpt-to <fulls> reject "552 5.2.2 mailbox full"
filter f4 phase connect match src <clients> reject "554 5.7.1 client on our blacklist"
filter f7 phase rcpt-to match src <clients> reject "451 4.7.1 greylisted, try again later"
filter f8 phase rcpt-to match src <clients> disconnect "421 4.7.0 too many connections"
listen on 127.0.0.1 port 2701 hostname mx.example.org
listen on 127.0.0.1 port 2705 hostname mx.example.org filter f2
listen on 127.0.0.1 port 2706 hostname mx.example.org filter f3
listen on 127.0.0.1 port 2707 hostname mx.example.org filter f4
listen on 127.0.0.1 port 2710 hostname mx.example.org filter f7
listen on 127.0.0.1 port 2711 hostname mx.example.org filter f8
action "here" mbox
action "virtual" mbox virtual <vusers>
action "backup" relay backup mx "mx.example.org"
match from any mail-from <badsenders> for any reject
match from any for domain "local.example.org" action "here"
match from any for domain "virtual.example.org" action "virtual"
match from any for domain "backup.example.org" action "backup"
CF
smtpd -n >&2 || true
smtpd -d >/tmp/o/log 2>&1 &
up 2701
p=2701
ask accepted greeting "a greeting" $p
rcpt accepted "a known user" $p known@local.example.org
rcpt accepted "a known virtual user" $p known@virtual.example.org
rcpt undetermined "an unknown local user" $p nosuch@local.example.org
rcpt mailbox_unknown "not in the virtual table" $p nosuch@virtual.example.org
rcpt undetermined "a virtual user that expands to nobody" $p list@virtual.example.org
rcpt undetermined "a sender that is refused" $p known@local.example.org bad@example.com
rcpt undetermined "relaying" $p user@elsewhere.example.net
rcpt accepted "relay backup" $p any@backup.example.org
ask sender_blocked mail "filter on mail-from" 2705 "EHLO c.example.com" "MAIL FROM:<bad@example.com>"
rcpt mailbox_full "filter on rcpt-to" 2706 full@virtual.example.org
ask sender_blocked greeting "filter on connect" 2707
rcpt greylisted "filter, later" 2710 known@local.example.org
rcpt rate_limited "filter, disconnect" 2711 known@local.example.org
ask protocol_problem ehlo "unknown command" $p FOO
ask protocol_problem ehlo "EHLO without a name" $p EHLO
ask protocol_problem ehlo "a bad name" $p "EHLO a b"
ask protocol_problem mail "MAIL before EHLO" $p "MAIL FROM:<a@example.com>"
ask protocol_problem mail "nested MAIL" $p "EHLO c.example.com" "MAIL FROM:<a@example.com>" "MAIL FROM:<a@example.com>"
ask protocol_problem mail "unknown option" $p "EHLO c.example.com" "MAIL FROM:<a@example.com> FOO=bar"
ask protocol_problem mail "SMTPUTF8 not offered" $p "EHLO c.example.com" "MAIL FROM:<a@example.com> SMTPUTF8"
ask sender_blocked mail "bad sender" $p "EHLO c.example.com" "MAIL FROM:<a@b@c>"
ask mailbox_unknown rcpt "bad recipient" $p "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:<a@b@c>"
ask protocol_problem rcpt "unknown option" $p "EHLO c.example.com" "MAIL FROM:<a@example.com>" "RCPT TO:<known@local.example.org> FOO=bar"
ask protocol_problem rcpt "RCPT before MAIL" $p "EHLO c.example.com" "RCPT TO:<known@local.example.org>"
ask protocol_problem data "DATA before RCPT" $p "EHLO c.example.com" "MAIL FROM:<a@example.com>" DATA
ask protocol_problem ehlo "AUTH not offered" $p "EHLO c.example.com" "AUTH PLAIN AGEAYg=="
ask protocol_problem ehlo "STARTTLS not offered" $p "EHLO c.example.com" STARTTLS
ask protocol_problem ehlo "VRFY" $p "EHLO c.example.com" "VRFY known"
ask accepted ehlo "NOOP" $p "EHLO c.example.com" NOOP
ask accepted ehlo "QUIT" $p QUIT
ask accepted mail "MAIL" $p "EHLO c.example.com" "MAIL FROM:<a@example.com>"
data accepted "queued" $p known@local.example.org 'From: a@example.com' 'Subject: hi' '' hello
data content_rejected "too large" $p known@local.example.org 'From: a@example.com' 'Subject: hi' '' "$(printf 'x%.0s' {1..900})" "$(printf 'x%.0s' {1..900})" "$(printf 'x%.0s' {1..900})"
[[ -z ${DEBUG-} ]] || cat /tmp/o/log >&2
