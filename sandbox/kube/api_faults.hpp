/// How a sick API server answers: what a client must not take for "it was not done", or for "it
/// was".
#pragma once

#include "sandbox/http.hpp"
#include "sandbox/json.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace understudy::sandbox {

/// One way to go wrong, for the next `times` requests that it matches.
struct ApiFault {
    std::string method;  ///< Empty: any.
    std::string path;    ///< A part of the path and query as they came; empty: any.
    std::int64_t times = 1;
    /// Passed before the request is carried out: it takes effect late, whoever still waits for it.
    std::chrono::milliseconds delay{};
    bool commit = true;  ///< The request is carried out all the same.
    /// Passed afterwards: the reply comes late.
    std::chrono::milliseconds stall{};
    unsigned answer = 0;           ///< Status that is answered; 0: the request's own answer.
    std::int64_t retry_after = 1;  ///< Seconds, said with 429 and 503; 0: not said.
    bool html = false;             ///< The body is the page of some proxy.
    bool drop = false;             ///< No reply: the connection is cut.

    ApiFault() = default;
};

/// Reads the command `api` of the control socket. Throws std::runtime_error that names what is
/// wrong with it.
ApiFault api_fault_of(const json::value& command);

using CarryOut = std::function<Response(const Request&)>;

/// The faults that are still to come, in the order they were asked for. One thread.
class ApiFaults {
public:
    /// `times` 0 forgets all that are still to come.
    void add(ApiFault fault);
    std::size_t pending() const noexcept { return faults_.size(); }

    /// Answers by `carry_out`, which must outlive the call, or as the first fault says that
    /// matches.
    boost::asio::awaitable<Response> answer(Request request, const CarryOut& carry_out);

private:
    std::optional<ApiFault> take(const Request& request);

    std::vector<ApiFault> faults_;
};

}  // namespace understudy::sandbox
