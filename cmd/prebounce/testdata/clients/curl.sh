set -e
printf 'Subject: %s\n\nhello\n' "$SUBJECT" >mail
scheme=smtp
[ "$TLS" = implicit ] && scheme=smtps
curl -sS ${CA:+--cacert "$CA"} ${STARTTLS:+--ssl-reqd} ${LOGIN:+-u app:secret} "$scheme://localhost:$PORT" \
  --mail-from app@wellsent.test --mail-rcpt ada@acme.test -T mail
