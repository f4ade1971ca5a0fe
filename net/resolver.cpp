#include "net/resolver.hpp"

#include "net/budget.hpp"

#include <arpa/inet.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <sys/time.h>

#include <algorithm>
#include <ares.h>
#include <array>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <stdexcept>
#include <utility>

namespace understudy::net {

namespace {

namespace asio = boost::asio;
using Error = boost::system::error_code;
using asio::posix::descriptor_base;

/// Rounds in which every server is asked, the second one waiting twice as long as the first.
constexpr int tries = 2;

/// c-ares must be initialised once per process, before its first channel.
void initialise_library()
{
    static const int status = ares_library_init(ARES_LIB_INIT_ALL);
    if (status != ARES_SUCCESS)
        throw std::runtime_error(std::string("c-ares: ") + ares_strerror(status));
}

asio::ip::address address_of(const sockaddr& raw)
{
    if (raw.sa_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, &raw, sizeof four);
        return asio::ip::address_v4(ntohl(four.sin_addr.s_addr));
    }
    sockaddr_in6 six{};
    std::memcpy(&six, &raw, sizeof six);
    asio::ip::address_v6::bytes_type bytes{};
    std::memcpy(bytes.data(), &six.sin6_addr, bytes.size());
    return asio::ip::address_v6(bytes, six.sin6_scope_id);
}

std::vector<asio::ip::address> addresses_of(const ares_addrinfo* answer)
{
    std::vector<asio::ip::address> addresses;
    for (auto* node = answer->nodes; node != nullptr; node = node->ai_next) {
        if (node->ai_family != AF_INET && node->ai_family != AF_INET6)
            continue;
        const auto address = address_of(*node->ai_addr);
        if (std::ranges::find(addresses, address) == addresses.end())
            addresses.push_back(address);
    }
    return addresses;
}

/// One of c-ares' sockets while c-ares wants to hear of it. c-ares owns the descriptor: it is
/// released, never closed, here.
struct Watch {
    Watch(const asio::any_io_executor& executor, int number) : descriptor(executor)
    {
        Error ignored;  // unwatched, the question runs into its timeout
        descriptor.assign(number, ignored);
    }
    ~Watch() { let_go(); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    void let_go()
    {
        if (descriptor.is_open())
            descriptor.release();
    }

    asio::posix::stream_descriptor descriptor;
    bool wants_read = false;
    bool wants_write = false;
    bool reading = false;
    bool writing = false;
};

/// One question. Shared with the handlers of its sockets, which may still come when it is closed.
class Question : public std::enable_shared_from_this<Question> {
public:
    explicit Question(const asio::any_io_executor& executor) : executor_(executor), wake_(executor)
    {}
    ~Question() { close(); }
    Question(const Question&) = delete;
    Question& operator=(const Question&) = delete;

    void open(const std::string& servers, core::Duration budget);
    void ask(const std::string& host);
    void close();
    asio::awaitable<void> answered_within(Budget budget);

    bool done() const noexcept { return done_; }
    int status() const noexcept { return status_; }
    std::vector<asio::ip::address> take_addresses() { return std::move(addresses_); }
    std::string servers() const;

private:
    static void on_socket(void* self, ares_socket_t number, int read, int write);
    static void on_answer(void* self, int status, int timeouts, ares_addrinfo* answer);
    void arm(const std::shared_ptr<Watch>& watch);
    void wait_for(
        const std::shared_ptr<Watch>& watch, descriptor_base::wait_type type, bool& waiting);
    void on_ready(const std::shared_ptr<Watch>& watch, descriptor_base::wait_type type);
    core::Duration until_next_timeout(core::Duration longest) const;

    asio::any_io_executor executor_;
    asio::steady_timer wake_;
    ares_channel channel_ = nullptr;
    std::map<ares_socket_t, std::shared_ptr<Watch>> watches_;
    bool done_ = false;
    int status_ = ARES_ENOTINITIALIZED;
    std::vector<asio::ip::address> addresses_;
};

void Question::open(const std::string& servers, core::Duration budget)
{
    initialise_library();
    ares_options options{};
    // One server's first turn is a quarter, so that a dead first one leaves time for the next.
    const auto turn = std::chrono::duration_cast<std::chrono::milliseconds>(budget / 4).count();
    options.timeout = static_cast<int>(std::clamp<std::int64_t>(turn, 20, 5000));
    options.tries = tries;
    options.sock_state_cb = &Question::on_socket;
    options.sock_state_cb_data = this;
    status_ = ares_init_options(
        &channel_, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
    if (status_ == ARES_SUCCESS && !servers.empty())
        status_ = ares_set_servers_ports_csv(channel_, servers.c_str());
    done_ = status_ != ARES_SUCCESS;
}

void Question::ask(const std::string& host)
{
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    ares_getaddrinfo(channel_, host.c_str(), nullptr, &hints, &Question::on_answer, this);
}

void Question::close()
{
    if (auto* channel = std::exchange(channel_, nullptr))
        ares_destroy(channel);  // calls back for what is open: on_answer, then on_socket
    watches_.clear();
}

void Question::on_socket(void* self, ares_socket_t number, int read, int write)
{
    auto& question = *static_cast<Question*>(self);
    if (read == 0 && write == 0) {
        // Before c-ares closes it, whoever else still holds the watch.
        if (const auto node = question.watches_.extract(number))
            node.mapped()->let_go();
        return;
    }
    auto& watch = question.watches_[number];
    if (!watch)
        watch = std::make_shared<Watch>(question.executor_, number);
    watch->wants_read = read != 0;
    watch->wants_write = write != 0;
    question.arm(watch);
}

void Question::on_answer(void* self, int status, int, ares_addrinfo* answer)
{
    auto& question = *static_cast<Question*>(self);
    question.done_ = true;
    question.status_ = status;
    if (answer != nullptr) {
        question.addresses_ = addresses_of(answer);
        ares_freeaddrinfo(answer);
    }
    question.wake_.cancel();
}

void Question::arm(const std::shared_ptr<Watch>& watch)
{
    if (watch->wants_read && !watch->reading)
        wait_for(watch, descriptor_base::wait_read, watch->reading);
    if (watch->wants_write && !watch->writing)
        wait_for(watch, descriptor_base::wait_write, watch->writing);
}

void Question::wait_for(
    const std::shared_ptr<Watch>& watch, descriptor_base::wait_type type, bool& waiting)
{
    waiting = true;
    watch->descriptor.async_wait(
        type, [self = shared_from_this(), weak = std::weak_ptr(watch), type](const Error& error) {
            const auto alive = weak.lock();
            if (!error && alive)
                self->on_ready(alive, type);
        });
}

void Question::on_ready(const std::shared_ptr<Watch>& watch, descriptor_base::wait_type type)
{
    const ares_socket_t number = watch->descriptor.native_handle();
    const auto current = watches_.find(number);
    if (channel_ == nullptr || current == watches_.end() || current->second != watch)
        return;  // the number belongs to another socket by now
    const bool read = type == descriptor_base::wait_read;
    (read ? watch->reading : watch->writing) = false;
    ares_process_fd(channel_, read ? number : ARES_SOCKET_BAD, read ? ARES_SOCKET_BAD : number);
    const auto still = watches_.find(number);
    if (still != watches_.end() && still->second == watch)
        arm(watch);
}

core::Duration Question::until_next_timeout(core::Duration longest) const
{
    timeval next{};
    if (ares_timeout(channel_, nullptr, &next) == nullptr)
        return longest;
    const core::Duration wait =
        std::chrono::seconds(next.tv_sec) + std::chrono::microseconds(next.tv_usec + 1000);
    return std::min(wait, longest);
}

asio::awaitable<void> Question::answered_within(Budget budget)
{
    while (!done_ && budget.remaining() > core::Duration::zero()) {
        const core::Duration wait = until_next_timeout(budget.remaining());
        wake_.expires_after(wait);
        co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
        const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            throw boost::system::system_error(asio::error::operation_aborted);
        if (!done_)
            ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // its timeouts
    }
}

std::string Question::servers() const
{
    ares_addr_port_node* first = nullptr;
    if (channel_ == nullptr || ares_get_servers_ports(channel_, &first) != ARES_SUCCESS)
        return "no server";
    std::string servers;
    for (const auto* node = first; node != nullptr; node = node->next) {
        std::array<char, INET6_ADDRSTRLEN> text{};
        inet_ntop(node->family, &node->addr, text.data(), text.size());
        servers += (servers.empty() ? "" : ", ") + std::string(text.data());
    }
    ares_free_data(first);
    return servers.empty() ? "no server" : servers;
}

/// Also when the coroutine that asks is thrown away in the middle.
struct CloseAtExit {
    Question& question;
    ~CloseAtExit() { question.close(); }
};

asio::awaitable<Resolution> ask_servers(
    asio::any_io_executor executor, std::string host, std::string servers, core::Duration limit)
{
    const Budget budget(limit);
    const auto question = std::make_shared<Question>(executor);
    const CloseAtExit guard{*question};
    question->open(servers, limit);
    if (!question->done())
        question->ask(host);
    co_await question->answered_within(budget);

    Resolution resolution;
    resolution.addresses = question->take_addresses();
    if (resolution.addresses.empty()) {
        const std::string why =
            question->done() ? ares_strerror(question->status()) : "no answer in time";
        resolution.error = "name " + host + ": " + why + " (asked " + question->servers() + ")";
    }
    co_return resolution;
}

}  // namespace

Resolver::Resolver(asio::any_io_executor executor, ResolverOptions options)
    : executor_(std::move(executor)), options_(std::move(options))
{}

asio::awaitable<Resolution> Resolver::resolve(std::string host, core::Duration budget)
{
    Resolution resolution;
    Error not_numeric;
    const auto numeric = asio::ip::make_address(host, not_numeric);
    if (!not_numeric) {
        resolution.addresses.push_back(numeric);
        co_return resolution;
    }
    if (const auto known = options_.hosts.find(host); known != options_.hosts.end()) {
        resolution.addresses = known->second;
        co_return resolution;
    }
    resolution = co_await ask_servers(executor_, std::move(host), options_.servers, budget);
    co_return resolution;
}

}  // namespace understudy::net
