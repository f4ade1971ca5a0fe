# The sandbox's DNS server: a real BIND, primary for tsb.test, in which the TSIG key `understudy`
# may update the floating name and the token record beside it.
# shellcheck shell=bash

# On a machine with AppArmor the packaged named may read and write only its own folders; so the
# sandbox's folder is mounted in the place of one of them.
readonly named_home=/var/cache/bind

start_dns() {
    mkdir -p "$dir/dns"
    write_dns_key
    write_dns_settings
    write_tsb_zone
    write_test_zone
    chown -R bind: "$dir/dns"
    mkdir -p "$named_home"
    mount --bind "$dir/dns" "$named_home"
    spawn_dns
}

# named binds port 53 without privileges here, so it is never root.
spawn_dns() { spawn dns bind named -g -n 1 -U 1 -c "$named_home/named.conf"; }

dns_answers() { dig +time=1 +tries=1 +short "@$resolver" "$floating_name" CNAME 2>/dev/null | grep -q .; }

write_dns_key() {
    tsig-keygen -a hmac-sha256 understudy >"$dir/dns/understudy.key"
    chmod 0400 "$dir/dns/understudy.key"
    cp "$dir/dns/understudy.key" "$dir/secrets/tsig.key"
    write_secret tsig "$(sed -n 's/.*secret "\(.*\)".*/\1/p' "$dir/dns/understudy.key")"
}

write_dns_settings() {
    cat >"$dir/dns/named.conf" <<END
include "$named_home/understudy.key";
options {
    directory "$named_home";
    listen-on { $resolver; };
    listen-on-v6 { none; };
    pid-file none;
    session-keyfile none;
    recursion no;
    dnssec-validation no;
    notify no;
    minimal-responses yes;
};
controls { };
zone "tsb.test" {
    type primary;
    file "tsb.test.zone";
    # Two names and no more: whoever holds the key moves the floating name, and nothing else.
    update-policy {
        grant understudy name $floating_name CNAME;
        grant understudy name $token_record TXT;
    };
};
zone "test" { type primary; file "test.zone"; };
END
}

write_tsb_zone() {
    local plane instance cluster
    {
        printf '$TTL 60\n@ SOA ns hostmaster 1 3600 600 86400 5\n@ NS ns\nns A %s\n' "$resolver"
        for plane in $planes; do
            printf '%s A %s\nk8s.%s A %s\n' "$plane" "$(front_address "$plane")" "$plane" "$(kube_address "$plane")"
        done
        for instance in $(postgres_instances); do
            printf '%s. A %s\n' "$(postgres_name "$instance")" "$(postgres_address "$instance")"
        done
        for cluster in $(cluster_names); do
            printf 'k8s.%s A %s\n' "$cluster" "$(cluster_address "$cluster")"
        done
        printf '%s. %d CNAME east\n' "$floating_name" "$floating_ttl"
    } >"$dir/dns/tsb.test.zone"
}

# What does not belong to the pair lives outside its zone.
write_test_zone() {
    cat >"$dir/dns/test.zone" <<END
\$TTL 60
@ SOA ns.tsb hostmaster 1 3600 600 86400 5
@ NS ns.tsb
tsb NS ns.tsb
ns.tsb A $resolver
canary-a A $canary_a
canary-b A $canary_b
hooks A $hooks
END
}
