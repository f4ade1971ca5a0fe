/// A Kubernetes API server that a test writes: a function from a request to an answer.
#pragma once

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace understudy::support {

struct ApiRequest {
    std::string path;  ///< With its query.
    std::string head;  ///< Everything up to the blank line.

    ApiRequest() = default;
};

/// A whole HTTP answer; `headers` are lines that end in CRLF.
std::string http_answer(unsigned status, const std::string& body, const std::string& headers = {});

/// Plain HTTP on loopback, as `kubectl proxy` offers it; one request a connection.
class FakeApiServer {
public:
    using Answer = std::function<std::string(const ApiRequest&)>;

    FakeApiServer(boost::asio::io_context& io, Answer answer);
    ~FakeApiServer();
    FakeApiServer(const FakeApiServer&) = delete;
    FakeApiServer& operator=(const FakeApiServer&) = delete;

    /// For a kubeconfig.
    std::string url() const;
    const std::vector<ApiRequest>& requests() const noexcept;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace understudy::support
