set -e
swaks --server "localhost:$PORT" --from app@wellsent.test --to ada@acme.test --header "Subject: $SUBJECT" \
  ${STARTTLS:+--tls} ${IMPLICIT:+--tls-on-connect} ${CA:+--tls-verify --tls-ca-path "$CA"} \
  ${LOGIN:+--auth --auth-user app --auth-password secret}
