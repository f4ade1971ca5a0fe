/// What a control plane's operator does for its tokens.
#pragma once

#include "sandbox/kube/cluster_settings.hpp"
#include "sandbox/kube/object_store.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace understudy::sandbox {

enum class TokenFault {
    none,
    expired,  ///< The operator sits in its back-off: only a new pod of it renews them.
    stale,    ///< It takes them for good, whatever they are: only deleted ones are made anew.
};
/// Throws std::runtime_error when there is no such fault.
TokenFault token_fault_named(std::string_view name);

/// Makes tokens that are missing (TSB-17), and renews them before they expire (TSB-32).
class TokenKeeper {
public:
    TokenKeeper(std::shared_ptr<ObjectStore> store, WorkloadSettings settings);

    void make_missing();
    /// The operator's turn; `pod` is the one of it that runs.
    void look(const std::string& pod);
    /// Tokens expire at once when a fault begins, and are renewed when it ends.
    void set_fault(TokenFault fault);

    /// What `edge` shows to Central: empty when the Secret is not there.
    std::string of_edge() const;

private:
    ObjectKey key_of_token(std::string_view name) const;
    std::string token_in(std::string_view name) const;
    void write(std::string_view name, std::chrono::seconds good_for);
    void write_all(std::chrono::seconds good_for);
    void renew_old();

    std::shared_ptr<ObjectStore> store_;
    WorkloadSettings settings_;
    TokenFault fault_ = TokenFault::none;
    std::string pod_;
};

}  // namespace understudy::sandbox
