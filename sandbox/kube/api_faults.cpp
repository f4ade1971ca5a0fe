#include "sandbox/kube/api_faults.hpp"

#include "sandbox/kube/api_error.hpp"
#include "sandbox/tasks.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace understudy::sandbox {

namespace asio = boost::asio;

namespace {

/// The reason that the API server gives with a status (apimachinery, `meta/v1/types.go`).
std::string_view reason_of(unsigned status)
{
    switch (status) {
    case 409: return "Conflict";
    case 429: return "TooManyRequests";
    case 500: return "InternalError";
    case 503: return "ServiceUnavailable";
    case 504: return "Timeout";
    default: return "Unknown";
    }
}

bool says_when_to_retry(unsigned status) { return status == 429 || status == 503; }

Response page(unsigned status)
{
    Response response(
        status,
        fmt::format("<html><head><title>{0}</title></head><body>{0}</body></html>", status));
    response.content_type = "text/html";
    return response;
}

Response refusal(const ApiFault& fault)
{
    const ApiError error(
        fault.answer, std::string(reason_of(fault.answer)), "the sandbox was asked to answer this");
    auto response =
        fault.html ? page(fault.answer) : Response(fault.answer, json::serialize(status_of(error)));
    if (says_when_to_retry(fault.answer) && fault.retry_after > 0)
        response.headers.emplace_back("Retry-After", std::to_string(fault.retry_after));
    return response;
}

/// What is sent in place of the request's own answer.
Response spoilt(const ApiFault& fault, Response own)
{
    if (fault.drop)
        own.reset = true;
    else if (fault.answer != 0)
        return refusal(fault);
    else if (fault.html)
        return page(own.status);
    return own;
}

bool matches(const ApiFault& fault, const Request& request)
{
    const bool method = fault.method.empty() || fault.method == request.method;
    return method && request.target.find(fault.path) != std::string::npos;
}

std::chrono::milliseconds milliseconds_at(const json::value& command, std::string_view pointer)
{
    return std::chrono::milliseconds(integer_at(command, pointer));
}

}  // namespace

ApiFault api_fault_of(const json::value& command)
{
    ApiFault fault;
    fault.method = text_at(command, "/method");
    fault.path = text_at(command, "/path");
    fault.times = integer_at(command, "/times", fault.times);
    fault.delay = milliseconds_at(command, "/delay_ms");
    fault.stall = milliseconds_at(command, "/stall_ms");
    fault.answer = static_cast<unsigned>(integer_at(command, "/answer"));
    fault.retry_after = integer_at(command, "/retry_after", fault.retry_after);
    fault.html = boolean_at(command, "/html");
    fault.drop = boolean_at(command, "/drop");
    // A refusal is one, unless it is asked to lie.
    fault.commit = boolean_at(command, "/commit", fault.answer == 0);
    if (fault.times < 0)
        throw std::runtime_error("\"times\" is 0 or more");
    if (fault.answer != 0 && (fault.answer < 400 || fault.answer > 599))
        throw std::runtime_error("\"answer\" is an HTTP status from 400 to 599");
    if (!fault.commit && fault.answer == 0 && !fault.drop)
        throw std::runtime_error(
            "what is not carried out has no answer of its own: say \"answer\" or \"drop\"");
    return fault;
}

void ApiFaults::add(ApiFault fault)
{
    if (fault.times == 0)
        faults_.clear();
    else
        faults_.push_back(std::move(fault));
}

std::optional<ApiFault> ApiFaults::take(const Request& request)
{
    const auto found = std::ranges::find_if(
        faults_, [&](const ApiFault& fault) { return matches(fault, request); });
    if (found == faults_.end())
        return std::nullopt;
    auto fault = *found;
    if (--found->times == 0)
        faults_.erase(found);
    return fault;
}

asio::awaitable<Response> ApiFaults::answer(Request request, const CarryOut& carry_out)
{
    const auto fault = take(request);
    if (!fault)
        co_return carry_out(request);
    co_await sleep_for(fault->delay);
    Response own;
    if (fault->commit)
        own = carry_out(request);
    co_await sleep_for(fault->stall);
    co_return spoilt(*fault, std::move(own));
}

}  // namespace understudy::sandbox
