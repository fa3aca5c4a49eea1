#!/usr/bin/env bash
# Runs a command in a network namespace that has only `lo`, in which AWS's and GitHub's real host names are moto and
# Debian's docker-registry over TLS, with a certificate authority of this bed. Each name has an IPv6 address as well, which this
# machine cannot reach. Nothing can leave. usage: bed.sh FOLDER COMMAND…
set -eu
folder=$1
if [ -z "${IN_BED:-}" ]; then IN_BED=1 exec unshare -m -n --propagation private bash "$0" "$@"; fi
shift
account=111122223333 region=eu-west-1
registry=$account.dkr.ecr.$region.amazonaws.com
mkdir -p "$folder"
cd "$folder"
ip link set lo up

cp /etc/hosts hosts
cat >> hosts <<EOF
127.0.0.80 $registry
127.0.0.81 sts.$region.amazonaws.com api.ecr.$region.amazonaws.com ssm.$region.amazonaws.com cloudfront.amazonaws.com
127.0.0.81 s3.$region.amazonaws.com shop-site.s3.$region.amazonaws.com
127.0.0.82 token.actions.githubusercontent.com pipelines.actions.githubusercontent.com
127.0.0.83 proxy.corp.example
EOF
awk '/^127\.0\.0\.8/ { $1 = "2001:db8::1"; print }' hosts > unreachable
cat unreachable >> hosts
mount --bind hosts /etc/hosts
# The resolver gives addresses of a family only when the machine has one of that family that is not loopback's (AI_ADDRCONFIG).
ip address add 192.0.2.1/32 dev lo
ip -6 address add fd00::1/128 dev lo

openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=bed -days 2 2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout host.key -out host.csr -subj /CN=bed 2>/dev/null
names=$(awk '/^127\.0\.0\.8/ { for (i = 2; i <= NF; i++) printf "%sDNS:%s", (n++ ? "," : ""), $i }' hosts)
openssl x509 -req -in host.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out host.pem -days 2 \
  -extfile <(echo "subjectAltName=$names") 2>/dev/null

# moto's GetAuthorizationToken gives this password for the account, and the real host name as the registry's address.
htpasswd -Bbn AWS $account-auth-token > htpasswd
cat > registry.yml <<EOF
version: 0.1
log: { level: warn, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: $PWD/registry } }
http: { addr: 127.0.0.80:443, tls: { certificate: $PWD/host.pem, key: $PWD/host.key } }
auth: { htpasswd: { realm: ecr, path: $PWD/htpasswd } }
EOF
servers=()
trap 'kill "${servers[@]}" 2>/dev/null; wait' EXIT
env -u REGISTRY_AUTH_FILE docker-registry serve registry.yml > registry.log 2>&1 &
servers+=($!)
python3 -m moto.server -H 127.0.0.81 -p 443 -c host.pem -k host.key > moto.log 2>&1 &
servers+=($!)
for _ in $(seq 200); do
  curl -4 -s --cacert ca.pem -o moto.up "https://sts.$region.amazonaws.com/moto-api/" && break
  sleep 0.1
done
unset AWS_ENDPOINT_URL AWS_CA_BUNDLE
export NODE_EXTRA_CA_CERTS=$PWD/ca.pem SSL_CERT_FILE=$PWD/ca.pem
"$@"
