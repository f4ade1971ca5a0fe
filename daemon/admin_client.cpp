#include "daemon/admin_client.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <unistd.h>
#include <utility>

namespace understudy {

namespace json = boost::json;

namespace {

class Connection {
public:
    explicit Connection(const std::filesystem::path& path) : path_(path.string())
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (path_.size() >= sizeof address.sun_path)
            throw std::runtime_error("the socket's path is too long: " + path_);
        std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
        file_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval limit{20, 0};
        setsockopt(file_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        setsockopt(file_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        const auto* generic = static_cast<const void*>(&address);
        if (::connect(file_, static_cast<const sockaddr*>(generic), sizeof address) != 0)
            away();
    }
    ~Connection() { ::close(file_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const auto sent = ::send(file_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                away();
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    std::string receive_all()
    {
        std::string all;
        std::array<char, 16384> part{};
        while (true) {
            const auto got = ::recv(file_, part.data(), part.size(), 0);
            if (got < 0)
                away();
            if (got == 0)
                return all;
            all.append(part.data(), static_cast<std::size_t>(got));
        }
    }

private:
    [[noreturn]] void away()
    {
        const std::string why = std::strerror(errno);
        const auto* remedy = errno == EACCES
                                 ? "; only root and the socket's group may use it"
                                 : "; is the daemon running (systemctl status understudy)?";
        if (file_ >= 0)
            ::close(std::exchange(file_, -1));
        throw DaemonAway("no daemon answers on " + path_ + ": " + why + remedy);
    }

    std::string path_;
    int file_ = -1;
};

}  // namespace

json::object ask_daemon(const std::filesystem::path& socket, const json::object& request)
{
    Connection connection(socket);
    connection.send(json::serialize(request) + "\n");
    const auto reply = connection.receive_all();

    boost::system::error_code error;
    const auto value = json::parse(reply, error);
    if (error || !value.is_object())
        throw DaemonAway("the daemon on " + socket.string() + " closed without an answer");
    const auto& answer = value.get_object();
    const auto* ok = answer.if_contains("ok");
    if (ok != nullptr && ok->is_bool() && ok->get_bool())
        return answer.at("result").as_object();
    throw std::runtime_error(std::string(answer.at("error").as_string()));
}

}  // namespace understudy
