#include "sandbox/database.hpp"

#include "net/deadline.hpp"
#include "net/secret.hpp"
#include "sandbox/settings.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <fmt/format.h>

#include <libpq-fe.h>

namespace understudy::sandbox {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::posix::stream_descriptor;

namespace {

constexpr std::size_t idle_max = 4;
/// Where there was no primary, one is looked for again after this time: each connection costs the
/// server a proof of the password.
constexpr std::chrono::seconds makeshift{1};

struct Finish {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
struct Clear {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

std::string trimmed(const char* message)
{
    std::string text = message == nullptr ? "" : message;
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text.empty() ? "no reason given" : text;
}

Answer answer_of(PGconn* connection, const PGresult* result)
{
    Answer answer;
    const auto status = result == nullptr ? PGRES_FATAL_ERROR : PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        answer.error = trimmed(PQerrorMessage(connection));
        return answer;
    }
    for (int row = 0; row < PQntuples(result); ++row) {
        auto& values = answer.rows.emplace_back();
        for (int column = 0; column < PQnfields(result); ++column)
            values.emplace_back(PQgetvalue(result, row, column));
    }
    return answer;
}

}  // namespace

/// One libpq connection. libpq owns the descriptor, so the Asio object lets go of it before the
/// connection is finished.
class Database::Link {
public:
    Link(asio::any_io_executor executor, PGconn* connection)
        : connection_(connection), descriptor_(std::move(executor))
    {
        // Notices ("relation already exists, skipping") would go to stderr.
        PQsetNoticeProcessor(
            connection, [](void*, const char*) {}, nullptr);
    }
    ~Link() { let_go(); }
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    PGconn* get() const noexcept { return connection_.get(); }
    bool good() const noexcept { return PQstatus(get()) == CONNECTION_OK; }

    asio::awaitable<void> connect()
    {
        auto wants = PGRES_POLLING_WRITING;
        while (wants == PGRES_POLLING_READING || wants == PGRES_POLLING_WRITING) {
            // The socket may be another one after each poll (several addresses, TLS fallback).
            watch();
            co_await descriptor_.async_wait(
                wants == PGRES_POLLING_READING ? stream_descriptor::wait_read
                                               : stream_descriptor::wait_write,
                use_awaitable);
            let_go();
            wants = PQconnectPoll(get());
        }
        if (good())
            PQsetnonblocking(get(), 1);
    }

    asio::awaitable<Answer> ask(const std::string& sql, const std::vector<std::string>& parameters)
    {
        std::vector<const char*> values;
        for (const auto& parameter : parameters)
            values.push_back(parameter.c_str());
        Answer failed;
        watch();
        if (PQsendQueryParams(
                get(), sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(),
                nullptr, nullptr, 0) == 0) {
            failed.error = trimmed(PQerrorMessage(get()));
            co_return failed;
        }
        co_await flush();
        // PQgetResult() would block on what has not come yet, the end of the answer included.
        Answer answer;
        for (bool more = true; more;) {
            co_await until_complete();
            const Result result(PQgetResult(get()));
            more = result != nullptr;
            if (more)
                answer = answer_of(get(), result.get());
        }
        co_return answer;
    }

private:
    void watch()
    {
        if (!descriptor_.is_open())
            descriptor_.assign(PQsocket(get()));
    }
    void let_go()
    {
        if (descriptor_.is_open())
            descriptor_.release();
    }
    asio::awaitable<void> flush()
    {
        while (PQflush(get()) == 1)
            co_await descriptor_.async_wait(stream_descriptor::wait_write, use_awaitable);
    }
    asio::awaitable<void> until_complete()
    {
        while (PQisBusy(get()) == 1) {
            co_await descriptor_.async_wait(stream_descriptor::wait_read, use_awaitable);
            if (PQconsumeInput(get()) == 0)
                break;
        }
    }

    std::unique_ptr<PGconn, Finish> connection_;
    stream_descriptor descriptor_;
};

DatabaseSettings database_settings(Settings settings)
{
    DatabaseSettings database;
    database.host = settings.text("host");
    database.port = settings.port("port", database.port);
    database.user = settings.text("user");
    database.password_file = settings.path("password_file", "");
    database.name = settings.text("name");
    database.timeout = settings.milliseconds("timeout_ms", database.timeout);
    settings.finish();
    return database;
}

Database::Database(asio::any_io_executor executor, DatabaseSettings settings)
    : executor_(std::move(executor)), settings_(std::move(settings))
{}

Database::~Database() = default;

/// `session`: libpq's target_session_attrs, which instance it is to be.
asio::awaitable<std::unique_ptr<Database::Link>> Database::connected(const char* session)
{
    const bool folder = settings_.host.starts_with('/');
    const auto port = std::to_string(settings_.port);
    const auto password =
        settings_.password_file.empty() ? net::Secret() : net::read_secret(settings_.password_file);
    const std::string revealed(password.reveal());
    const char* const keys[] = {
        folder ? "host" : "hostaddr", "port", "user", "dbname", "password", "application_name",
        "target_session_attrs",       nullptr};
    const char* const values[] = {
        settings_.host.c_str(),
        port.c_str(),
        settings_.user.c_str(),
        settings_.name.c_str(),
        revealed.c_str(),
        "understudy-standin",
        session,
        nullptr};
    auto link = std::make_unique<Link>(executor_, PQconnectStartParams(keys, values, 0));
    if (PQstatus(link->get()) != CONNECTION_BAD)
        co_await link->connect();
    co_return link;
}

/// The primary; while there is none, any other for a while.
asio::awaitable<std::unique_ptr<Database::Link>> Database::chosen()
{
    makeshift_until_.reset();
    const bool has_choice = settings_.host.find(',') != std::string::npos;
    if (!has_choice)
        co_return co_await connected("any");
    auto primary = co_await connected("primary");
    if (primary->good())
        co_return primary;
    makeshift_until_ = Clock::now() + makeshift;
    co_return co_await connected("any");
}

asio::awaitable<Answer> Database::ask(std::string sql, std::vector<std::string> parameters)
{
    if (makeshift_until_ && Clock::now() >= *makeshift_until_)
        idle_.clear();
    // An idle connection may have died with its server since it was used: that says nothing about
    // now.
    while (!idle_.empty()) {
        auto link = std::move(idle_.back());
        idle_.pop_back();
        auto answer = co_await link->ask(sql, parameters);
        if (link->good()) {
            idle_.push_back(std::move(link));
            co_return answer;
        }
    }
    auto link = co_await chosen();
    Answer answer;
    if (link->good())
        answer = co_await link->ask(sql, parameters);
    else
        answer.error = trimmed(PQerrorMessage(link->get()));
    if (link->good() && idle_.size() < idle_max)
        idle_.push_back(std::move(link));
    co_return answer;
}

asio::awaitable<Answer> Database::query(std::string sql, std::vector<std::string> parameters)
{
    const auto self = shared_from_this();
    Answer answer;
    try {
        auto asking = ask(std::move(sql), std::move(parameters));
        auto answered = co_await net::with_deadline(std::move(asking), settings_.timeout);
        if (answered)
            answer = std::move(*answered);
        else
            answer.error = fmt::format("no answer within {} ms", settings_.timeout.count());
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted)
            throw;
        answer.error = error.what();
    } catch (const std::runtime_error& error) {
        answer.error = error.what();  // the password file
    }
    if (!answer.ok())
        answer.error =
            fmt::format("PostgreSQL {}:{}: {}", settings_.host, settings_.port, answer.error);
    co_return answer;
}

}  // namespace understudy::sandbox
