/// Watches: the changes of a cluster as a stream of events.
#pragma once

#include "sandbox/http.hpp"
#include "sandbox/kube/api_path.hpp"
#include "sandbox/kube/object_store.hpp"
#include "sandbox/kube/selector.hpp"

#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>

namespace understudy::sandbox {

class Alarm;

struct WatchRequest {
    std::string resource;
    std::string name_space;
    std::string api_version;  ///< As it was asked for: objects are shown in this version.
    Selector selector{"", ""};
    std::optional<std::uint64_t> since;  ///< Nothing: begin with what is there.
    std::chrono::seconds time_max{3600};

    WatchRequest() = default;
};

/// The event that a change is for somebody who sees only what `request` selects; empty: none. An
/// object that ceases to match is DELETED to him.
std::string watch_event(const WatchRequest& request, const Change& change);

/// Everybody who watches one store.
class Watches : public std::enable_shared_from_this<Watches> {
public:
    explicit Watches(std::shared_ptr<ObjectStore> store);
    /// Tells all watches that the store has changed.
    void wake();
    Response start(WatchRequest request);

private:
    boost::asio::awaitable<void> run(WatchRequest request, Chunks& chunks);

    std::shared_ptr<ObjectStore> store_;
    std::list<std::weak_ptr<Alarm>> alarms_;
};

}  // namespace understudy::sandbox
