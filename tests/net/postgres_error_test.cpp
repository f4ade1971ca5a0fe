#include "net/postgres_error.hpp"

#include <gtest/gtest.h>

#include <array>

namespace understudy::net {
namespace {

using core::Reason;

struct MessageCase {
    const char* message;
    Reason reason;
};

constexpr auto at = R"(connection to server at "10.0.0.1", port 5432 failed: )";

TEST(PostgresError, SaysWhomTheMessageOfAFailedConnectionSpeaksAbout)
{
    for (const auto& c : {
             MessageCase{"FATAL:  28P01: password authentication failed", Reason::credentials},
             MessageCase{"FATAL:  28000: no pg_hba.conf entry for host", Reason::credentials},
             MessageCase{"FATAL:  57P03: the database system is starting up", Reason::sql},
             MessageCase{"FATAL:  53300: sorry, too many clients already", Reason::sql},
             MessageCase{"FATAL:  3D000: database \"x\" does not exist", Reason::sql},
             MessageCase{"Connection refused\n\tIs the server running?", Reason::connect_refused},
             MessageCase{"Connection timed out", Reason::connect_timeout},
             MessageCase{"No route to host", Reason::no_route},
             MessageCase{"Network is unreachable", Reason::no_route},
             MessageCase{"could not create socket: Too many open files", Reason::local_limit},
             MessageCase{"server closed the connection unexpectedly", Reason::connect_reset},
             MessageCase{"SSL SYSCALL error: EOF detected", Reason::connect_reset},
             MessageCase{"SSL SYSCALL error: Connection reset by peer", Reason::connect_reset},
             MessageCase{"SSL error: certificate verify failed", Reason::tls_verify},
             MessageCase{"server certificate for \"a\" does not match", Reason::tls_verify},
             MessageCase{"SSL error: wrong version number", Reason::protocol},
             MessageCase{"server does not support SSL, but SSL was required", Reason::tls_verify},
             MessageCase{"received invalid response to SSL negotiation: S", Reason::protocol},
             MessageCase{"fe_sendauth: no password supplied", Reason::credentials},
             MessageCase{"what nobody foresaw", Reason::internal},
             MessageCase{"", Reason::internal},
         })
        EXPECT_EQ(reason_of_connect_error(at + std::string(c.message)), c.reason) << c.message;
}

TEST(PostgresError, FindsTheStateOnlyWhereAServerPutsIt)
{
    EXPECT_EQ(sqlstate_in("FATAL:  28P01: x"), "28P01");
    EXPECT_EQ(sqlstate_in("FATALE:  57P03: x"), "57P03") << "a translated severity";
    for (const auto* other :
         {"", "FATAL:  ", "FATAL:  28P01", "FATAL:  28p01: x", "FATAL: 28P01: x"})
        EXPECT_EQ(sqlstate_in(other), "") << other;
}

TEST(PostgresError, MakesOneLineWithoutTheSourceLocation)
{
    EXPECT_EQ(
        one_line("FATAL:  28P01: no\x1b\nLOCATION:  auth_failed, auth.c:338\n"),
        "FATAL:  28P01: no ");
    EXPECT_EQ(one_line(std::string(1000, 'x')).size(), 300u);
}

}  // namespace
}  // namespace understudy::net
