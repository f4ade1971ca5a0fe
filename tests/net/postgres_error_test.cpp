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
             MessageCase{"FATAL:  53300: sorry, too many clients already", Reason::rate_limited},
             MessageCase{"FATAL:  3D000: database \"x\" does not exist", Reason::internal},
             MessageCase{"Connection refused\n\tIs the server running?", Reason::connect_refused},
             MessageCase{"Connection timed out", Reason::connect_timeout},
             MessageCase{"No route to host", Reason::host_unreachable},
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

struct StateCase {
    const char* state;
    Reason reason;
};

TEST(PostgresError, TellsWhatSpeaksOfTheDatabaseFromWhatSpeaksOfUs)
{
    for (const auto& c : {
             StateCase{"28P01", Reason::credentials},   // invalid password
             StateCase{"42501", Reason::credentials},   // insufficient privilege
             StateCase{"42601", Reason::internal},      // syntax error
             StateCase{"42P01", Reason::internal},      // undefined table
             StateCase{"3D000", Reason::internal},      // no such database
             StateCase{"53300", Reason::rate_limited},  // too many connections
             StateCase{"57014", Reason::timeout},       // our statement_timeout
             StateCase{"57P03", Reason::sql},           // cannot connect now
             StateCase{"57P01", Reason::sql},           // admin shutdown
             StateCase{"25006", Reason::sql},           // read only transaction
             StateCase{"53100", Reason::sql},           // disk full
             StateCase{"58030", Reason::sql},           // I/O error
             StateCase{"XX001", Reason::sql},           // data corrupted
             StateCase{"22012", Reason::sql},           // division by zero
         })
        EXPECT_EQ(reason_of_sqlstate(c.state), c.reason) << c.state;
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
