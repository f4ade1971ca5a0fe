/// Is a PostgreSQL instance there, in which role, and how far is it?
#pragma once

#include "net/resolver.hpp"
#include "probes/probe.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace understudy::probes {

/// Reports the `postgres/INSTANCE/...` facts. `expect` decides what is ok:
/// * `primary`: not in recovery and writable, else `in_recovery` or `read_only`;
/// * `standby`: in recovery, else `field`; and its WAL receiver streams, else `stale`;
/// * `any`: it answers.
/// A login that is refused is `credentials`; "the database system is starting up/shutting down" and
/// other answers that speak of the database are `sql` (net/postgres_error.hpp has the table).
/// `query`, when given, must return without error, and a first column that is a boolean must be
/// true.
class PostgresProbe final : public Probe {
public:
    enum class Expect { primary, standby, any };
    struct Options {
        std::string instance;  ///< Name in the facts.
        std::string host;
        std::uint16_t port = 5432;
        std::string user;
        std::string database = "postgres";
        std::filesystem::path password_file;  ///< Empty: none.
        std::string sslmode = "verify-full";  ///< `disable` only where the link itself is trusted.
        std::filesystem::path ca_file;
        Expect expect = Expect::primary;
        std::string query;
        core::Duration timeout = std::chrono::seconds(3);
        bool tells_content = false;  ///< The query's row is told as the facts `content/...`.
    };

    PostgresProbe(net::Resolver& resolver, Options options);
    boost::asio::awaitable<core::Outcome> run() override;

private:
    net::Resolver& resolver_;
    Options options_;
};

}  // namespace understudy::probes
