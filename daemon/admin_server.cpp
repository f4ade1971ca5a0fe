#include "daemon/admin_server.hpp"

#include "net/deadline.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <grp.h>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace understudy {

namespace asio = boost::asio;

namespace {

constexpr std::size_t connections_max = 32;
constexpr auto conversation_max = std::chrono::seconds(15);
constexpr auto answer_max = std::chrono::seconds(12);

/// A socket file that nobody listens on is left from a killed daemon and may be replaced.
void remove_stale(const std::filesystem::path& path)
{
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0)
        return;
    if (!S_ISSOCK(status.st_mode))
        throw std::runtime_error(
            path.string() + " exists and is no socket; remove it or set admin.socket");
    asio::io_context context;
    asio::local::stream_protocol::socket probe(context);
    boost::system::error_code error;
    probe.connect(path.string(), error);
    if (!error)
        throw std::runtime_error("another daemon listens on " + path.string());
    unlink(path.c_str());
}

void give_to_group(const std::filesystem::path& path, const std::string& group)
{
    const auto fail = [&path](const std::string& what) {
        throw std::runtime_error(path.string() + ": " + what + ": " + std::strerror(errno));
    };
    // Without that group (a developer's machine) only the daemon's own user may connect.
    if (const auto* entry = getgrnam(group.c_str()); entry != nullptr) {
        if (chown(path.c_str(), static_cast<uid_t>(-1), entry->gr_gid) != 0 && errno != EPERM)
            fail("cannot be given to group " + group);
    }
    if (chmod(path.c_str(), 0660) != 0)
        fail("its mode cannot be set");
}

Principal principal_of(int socket)
{
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        throw std::runtime_error("the peer's credentials cannot be read");
    return {peer.uid, peer.gid, peer.pid};
}

}  // namespace

AdminServer::AdminServer(
    asio::any_io_executor executor, const AdminSocketOptions& options, AdminHandler handler)
    : path_(options.path), handler_(std::move(handler)), acceptor_(executor)
{
    remove_stale(path_);
    // Nobody may connect between bind and chmod.
    const auto before = umask(0177);
    boost::system::error_code error;
    acceptor_.open(Protocol(), error);
    if (!error)
        acceptor_.bind(Protocol::endpoint(path_.string()), error);
    umask(before);
    if (error)
        throw std::runtime_error("admin socket " + path_.string() + ": " + error.message());
    give_to_group(path_, options.group);
    acceptor_.listen();
}

AdminServer::~AdminServer()
{
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    unlink(path_.c_str());
}

asio::awaitable<void> AdminServer::run()
{
    const auto executor = co_await asio::this_coro::executor;
    bool cancelled = false;
    while (!cancelled) {
        auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
        const auto state = co_await asio::this_coro::cancellation_state;
        cancelled = state.cancelled() != asio::cancellation_type::none;
        // Over the limit a connection is closed at once; the next accept error (EMFILE) is waited
        // out.
        if (cancelled || (!error && open_.size() >= connections_max))
            continue;
        if (error) {
            asio::steady_timer pause(executor, std::chrono::milliseconds(100));
            co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
            continue;
        }
        start(std::move(socket));
    }
    co_await asio::this_coro::reset_cancellation_state();
    for (auto& [id, stop] : open_)
        stop->emit(asio::cancellation_type::terminal);
    asio::steady_timer drained(executor);
    while (!open_.empty()) {
        drained.expires_after(std::chrono::milliseconds(5));
        co_await drained.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    throw boost::system::system_error(asio::error::operation_aborted);
}

void AdminServer::start(Protocol::socket socket)
{
    const auto id = next_++;
    auto& stop = *open_.emplace(id, std::make_unique<asio::cancellation_signal>()).first->second;
    asio::co_spawn(
        acceptor_.get_executor(), serve(std::move(socket)),
        asio::bind_cancellation_slot(
            stop.slot(), [this, id](std::exception_ptr) { open_.erase(id); }));
}

asio::awaitable<void> AdminServer::serve(Protocol::socket socket)
{
    co_await net::with_deadline(converse(socket), conversation_max);
}

asio::awaitable<bool> AdminServer::converse(Protocol::socket& socket)
{
    std::string line;
    auto buffer = asio::dynamic_buffer(line, admin_request_bytes_max);
    const auto [read_error, length] =
        co_await asio::async_read_until(socket, buffer, '\n', asio::as_tuple(asio::use_awaitable));
    if (read_error && read_error != asio::error::not_found)
        co_return false;
    std::string reply;
    if (read_error) {
        reply = render_error("the request is longer than 64 KiB");
    } else {
        const auto principal = principal_of(socket.native_handle());
        line.resize(length);
        reply = co_await answer(principal, std::move(line));
    }
    const auto whole = asio::buffer(reply);
    const auto [write_error, written] =
        co_await asio::async_write(socket, whole, asio::as_tuple(asio::use_awaitable));
    co_return !write_error;
}

asio::awaitable<std::string> AdminServer::answer(Principal principal, std::string line)
{
    // Not the conversation's own limit, which would close without a word.
    auto asking = ask_handler(principal, std::move(line));
    const auto reply = co_await net::with_deadline(std::move(asking), answer_max);
    if (reply)
        co_return *reply;
    co_return render_error(
        "no answer within 12 s. What was asked may still happen: look with understudy status and "
        "understudy history before you ask again");
}

asio::awaitable<std::string> AdminServer::ask_handler(Principal principal, std::string line)
{
    std::string refusal;
    try {
        auto request = parse_admin_request(line);
        auto result = co_await handler_(principal, std::move(request));
        co_return render_result(result);
    } catch (const std::exception& error) {
        refusal = error.what();
    }
    co_return render_error(refusal);
}

}  // namespace understudy
