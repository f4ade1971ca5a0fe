/// What can be broken in a front.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace understudy::sandbox {

enum class FrontFault {
    slow,                 ///< Every answer takes ten times as long.
    errors,               ///< 503 to every API request.
    errors_share,         ///< 503 to 3 of 10 API requests.
    wrong_body,           ///< 200 with a page that is not the API's.
    cert_expired,         ///< New connections to the API port see an expired certificate.
    agents_down,          ///< The agents' port refuses connections.
    credentials_expired,  ///< 401 to everybody.
};

/// Throws std::runtime_error that lists the names there are.
FrontFault front_fault_named(std::string_view name);

/// Which faults are on, and the count that makes `errors-share` the same every time.
class FrontFaults {
public:
    void set(FrontFault fault, bool on);
    bool on(FrontFault fault) const;
    /// Of ten requests of a path since `errors-share` began the 1st, 4th and 7th fail: never two in
    /// a row, so that no run of failures decides what the share must decide.
    bool next_request_fails(const std::string& path);
    /// Names of the faults that are on, with a space after each.
    std::string names() const;

private:
    std::map<FrontFault, bool> on_;
    std::map<std::string, std::uint64_t> requests_;  ///< By path.
};

}  // namespace understudy::sandbox
