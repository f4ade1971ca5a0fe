/// What the judge must not forget over a restart: what was last seen of the planes, which one is
/// active.
#pragma once

#include "store/worker.hpp"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace understudy::store {

/// Keys and values are the owner's; here they are opaque.
class Memory {
public:
    explicit Memory(Worker& worker) : worker_(worker) {}

    boost::asio::awaitable<std::map<std::string, std::string>> load_all();
    /// All of the entries or none; durable when it returns. Throws StoreError.
    boost::asio::awaitable<void> put(std::vector<std::pair<std::string, std::string>> entries);

private:
    Worker& worker_;
};

}  // namespace understudy::store
