#!/bin/bash
# Makes real mail servers say what the corpus holds as "produced", and prints it as rows of corpus.tsv.
#
#	sudo ./run.sh [postfix|exim|opensmtpd|sendmail]... > produced.tsv
#
# Each server is installed from Debian 12 into a throw-away overlay and runs in namespaces of its own: it sees a loopback
# interface and nothing else, and nothing is left when the script ends. Needs root, unshare, overlayfs and apt.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
declare -A package=([postfix]=postfix [exim]=exim4-daemon-light [opensmtpd]=opensmtpd [sendmail]=sendmail-bin)

inside() { # SERVER FOLDER: in a mount namespace of its own
	local top=$2
	mount -t tmpfs tmpfs "$top"
	mkdir "$top"/{upper,work,root}
	mount -t overlay overlay -o "lowerdir=/,upperdir=$top/upper,workdir=$top/work" "$top/root"
	mount --rbind /dev "$top/root/dev"
	mount -t proc proc "$top/root/proc"
	mkdir -p "$top/root/produce"
	cp "$here"/*.sh "$top/root/produce"
	printf '#!/bin/sh\nexit 101\n' >"$top/root/usr/sbin/policy-rc.d"
	chmod +x "$top/root/usr/sbin/policy-rc.d"
	DEBIAN_FRONTEND=noninteractive chroot "$top/root" apt-get install -y --no-install-recommends "${package[$1]}" >&2
	echo '127.0.0.1 localhost mx.example.org client.example.com' >"$top/root/etc/hosts"
	: >"$top/root/etc/resolv.conf"
	unshare -n -p -f --kill-child --mount-proc="$top/root/proc" timeout 300 chroot "$top/root" bash "/produce/$1.sh"
}

if [[ ${1-} == --inside ]]; then
	inside "$2" "$3"
	exit
fi
[[ $# -gt 0 ]] || set -- postfix exim opensmtpd sendmail
for server in "$@"; do
	top=$(mktemp -d)
	unshare -m -p -f --kill-child "$0" --inside "$server" "$top"
	rmdir "$top"
done
