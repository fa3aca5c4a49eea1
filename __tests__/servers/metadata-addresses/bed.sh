#!/usr/bin/env bash
# Runs a command in a network namespace that has only `lo`, with the addresses at which EC2, ECS and EKS serve credentials, and a far
# host: its first SYN is lost, so that a connection takes a second, and it has an IPv6 address that nobody can reach. Nothing can leave.
set -eu
if [ -z "${IN_BED:-}" ]; then IN_BED=1 exec unshare -m -n --propagation private bash "$0" "$@"; fi
ip link set lo up
for address in 169.254.169.254 169.254.170.2 169.254.170.23; do ip address add "$address/32" dev lo; done
ip -6 address add fd00:ec2::23/128 dev lo
hosts=$(mktemp)
cat /etc/hosts - > "$hosts" <<EOF
127.0.0.90 far.example
2001:db8::1 far.example
EOF
mount --bind "$hosts" /etc/hosts
iptables -A INPUT -p tcp --syn -d 127.0.0.90 -m statistic --mode nth --every 2 --packet 0 -j DROP
exec "$@"
