# One authority signs every certificate of the sandbox, as the product demands of a real pair.
# shellcheck shell=bash

make_certificates() {
    local plane instance
    local -a cluster_hosts
    mkdir -p "$dir/tls"
    write_openssl_settings
    make_authority
    for plane in $planes; do
        issue "$plane-front" "$plane.tsb.test" "$floating_name"
        issue "$plane-central" "$plane.tsb.test" "$floating_name" central.xcp.tetrate.io
        issue_expired "$plane-front-expired" "$plane.tsb.test" "$floating_name"
        issue "k8s-$plane" "k8s.$plane.tsb.test"
    done
    mapfile -t cluster_hosts < <(cluster_names | sed 's/.*/k8s.&.tsb.test/')
    issue k8s-clusters "${cluster_hosts[@]}"
    for instance in $(postgres_instances); do
        issue "postgres-$instance" "$(postgres_name "$instance")"
    done
    issue canary-a canary-a.test
    issue canary-b canary-b.test
    chown -R "$server_user:" "$dir/tls"
    chown root: "$dir/tls/ca.key"
}

write_openssl_settings() {
    cat >"$dir/tls/openssl.cnf" <<'END'
[req]
distinguished_name = subject
prompt = no
[subject]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
END
}

make_authority() {
    request_certificate ca -subj '/O=Understudy sandbox/CN=Sandbox root' -days 3650 -extensions authority
}

# issue FILE NAME...: a server certificate for the DNS names, the first of which is its subject.
issue() {
    local file=$1
    shift
    request_certificate "$file" -CA "$dir/tls/ca.pem" -CAkey "$dir/tls/ca.key" -days "${valid_days:-365}" \
        -subj "/O=Understudy sandbox/CN=$1" -extensions server -addext "subjectAltName=$(join_names "$@")"
}

# Issued a month ago for a week. openssl 3.0 takes no dates, so it is shown an earlier clock.
issue_expired() {
    local -a clock=(faketime -f '-30d')
    local valid_days=7
    issue "$@"
}

join_names() {
    local names
    names=$(printf 'DNS:%s,' "$@")
    echo "${names%,}"
}

request_certificate() {
    local file=$1
    shift
    ${clock[@]:+"${clock[@]}"} openssl req -x509 -config "$dir/tls/openssl.cnf" -newkey ec \
        -pkeyopt ec_paramgen_curve:prime256v1 -noenc \
        -keyout "$dir/tls/$file.key" -out "$dir/tls/$file.pem" "$@" 2>>"$dir/log/certificates.log" ||
        die "openssl could not make the certificate '$file': $(tail -n 2 "$dir/log/certificates.log")"
}
