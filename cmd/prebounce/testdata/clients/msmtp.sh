set -e
auth=plain # without TLS, msmtp sends no password that can be read unless it is told to
[ -z "$CA" ] || auth=on
printf 'Subject: %s\n\nhello\n' "$SUBJECT" | msmtp -C /dev/null --host=localhost --port="$PORT" --from=app@wellsent.test \
  ${CA:+--tls=on "--tls-trust-file=$CA"} ${IMPLICIT:+--tls-starttls=off} \
  ${LOGIN:+--auth=$auth --user=app "--passwordeval=echo secret"} ada@acme.test
