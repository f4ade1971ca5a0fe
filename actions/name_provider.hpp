/// Whoever can change the floating name. How the name is read is not his: authoritative servers are
/// asked over DNS, whatever changed them.
#pragma once

#include "actions/action.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace understudy::actions {

/// From what was read to what is wanted. It is to be done only if the world is still as it was
/// read: the name's value, and the token that the last change left.
struct NameChange {
    std::string name;
    std::string from;
    std::string to;
    core::Duration ttl{};
    std::string token_record;
    std::optional<std::string> token_from;  ///< Empty: there was none.
    std::string token_to;
    std::string content_hash;  ///< Of the program that changes it, as planned; empty: none does.
    core::Instant deadline{};  ///< As in Order.

    NameChange() = default;
};

/// Use from the executor's one thread; must outlive its calls. Never throws for a sick world;
/// operation_aborted when cancelled.
class NameProvider {
public:
    virtual ~NameProvider() = default;
    virtual boost::asio::awaitable<Effect> change(NameChange change) = 0;
};

}  // namespace understudy::actions
