# What the servers' scripts share: one loopback interface, and a client that prints what it was told.
ip link set lo up 2>/dev/null || true

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

# ask CLASS STAGE NOTE PORT COMMAND...: prints a row with the reply to the last command; without any, with the greeting.
ask() {
	local class=$1 stage=$2 note=$3 port=$4 reply
	shift 4
	exec 3<>"/dev/tcp/127.0.0.1/$port"
	reply=$(hear)
	for command; do
		say "$command"
		reply=$(hear)
	done
	exec 3>&- 3<&-
	[[ -n $reply ]] && printf '%s\tproduced\t%s: %s\t\t%s\t%s\n' "$reply" "$SERVER" "$note" "$stage" "$class"
}

# rcpt CLASS NOTE PORT RECIPIENT [SENDER [HELO]]
rcpt() { ask "$1" rcpt "$2" "$3" "EHLO ${6-client.example.com}" "MAIL FROM:<${5-ann@example.com}>" "RCPT TO:<$4>"; }

# data CLASS NOTE PORT RECIPIENT LINE...: the reply to the end of the message
data() {
	local class=$1 note=$2 port=$3 to=$4
	shift 4
	ask "$class" data "$note" "$port" "EHLO client.example.com" "MAIL FROM:<ann@example.com>" "RCPT TO:<$to>" DATA \
		"$(printf '%s\r\n' "$@")"$'\r\n.'
}

up() { # PORT: waits until the server listens
	for _ in {1..100}; do
		(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
		sleep 0.1
	done
	echo "nothing listens on port $1" >&2
	exit 1
}
