# Each command waits for the reply to the one before, which s_client prints.
set -e
mkfifo replies
login=$(printf '\0app\0secret' | base64)
{
  exec 3<replies
  await() { while read -r line <&3; do case $line in "$1 "*) return ;; esac; done; }
  [ -n "$IMPLICIT" ] && await 220 # behind STARTTLS there is no second greeting
  echo "EHLO client.test"; await 250
  [ -z "$LOGIN" ] || { echo "AUTH PLAIN $login"; await 235; }
  echo "MAIL FROM:<app@wellsent.test>"; await 250
  echo "rcpt to:<ada@acme.test>"; await 250 # R at the start of a line means something to s_client
  echo "DATA"; await 354
  printf 'Subject: %s\n\nhello\n.\n' "$SUBJECT"; await 250
  echo "QUIT"
} | openssl s_client -quiet -crlf -CAfile "$CA" -verify_return_error -connect "localhost:$PORT" ${STARTTLS:+-starttls smtp} >replies
