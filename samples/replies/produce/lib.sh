# What the servers' scripts share: one loopback interface, and a client that prints what it was told.
ip link set lo up 2>/dev/null || true
host=127.0.0.1
trap '' PIPE # a server may hang up while it is spoken to

say() { printf '%s\r\n' "$1" >&3; }

# hear reads one reply, its lines joined by a literal \n.
hear() {
	local line out=
	while IFS= read -r -t 8 line <&3; do
		line=${line%$'\r'}
		out+=${out:+\\n}$line
		[[ $line =~ ^[0-9][0-9][0-9]([^-]|$) ]] && break
	done
	printf '%s' "${out//$'\t'/ }"
}

# ask CLASS STAGE NOTE PORT COMMAND...: prints a row with the last reply that came; without commands, with the greeting.
ask() {
	local class=$1 stage=$2 note=$3 port=$4 reply heard
	shift 4
	exec 3<>"/dev/tcp/$host/$port"
	reply=$(hear)
	for command; do
		say "$command" 2>/dev/null
		heard=$(hear)
		[[ -n $heard ]] || break
		reply=$heard
	done
	exec 3>&- 3<&-
	if [[ $reply == 25[01]* && $class != accepted && $class != undetermined ]]; then
		echo "$SERVER: $note: meant to be refused, but: $reply" >&2
		return
	fi
	[[ -n $reply ]] && printf '%s\tproduced\t%s: %s\t\t%s\t%s\n' "$reply" "$SERVER" "$note" "$stage" "$class"
}

# rcpt CLASS NOTE PORT RECIPIENT [SENDER [HELO]]
rcpt() { ask "$1" rcpt "$2" "$3" "EHLO ${6-client.example.com}" "MAIL FROM:<${5-ann@example.com}>" "RCPT TO:<$4>"; }

# data CLASS NOTE PORT RECIPIENT LINE...: the reply to the end of the message
data() {
	local class=$1 note=$2 port=$3 to=$4
	shift 4
	ask "$class" data "$note" "$port" "EHLO client.example.com" "MAIL FROM:<ann@example.com>" "RCPT TO:<$to>" DATA \
		"$(printf '%s\r\n' "$@")"$'\n.'
}

up() { # PORT: waits until the server listens
	for _ in {1..300}; do
		(exec 3<>"/dev/tcp/$host/$1") 2>/dev/null && return
		sleep 0.1
	done
	echo "nothing listens on port $1" >&2
	exit 1
}
