/// What a front knows of the pods of its own plane.
#pragma once

#include "sandbox/front/front_settings.hpp"
#include "sandbox/json.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>

namespace understudy::sandbox {

/// Asks the plane's `kube` process every 100 ms which deployments have ready pods; remembers the
/// last answer when that process is away, because pods do not die with their API server. Make it
/// with std::make_shared.
class PlaneView : public std::enable_shared_from_this<PlaneView> {
public:
    PlaneView(
        boost::asio::any_io_executor executor,
        std::filesystem::path kube_control,
        std::string kube_cluster);

    /// `changed` is called after each answer that differs from the one before.
    void start(std::function<void()> changed);
    bool ready(const std::string& deployment) const;
    /// Its pods by name; empty when it is scaled to nothing.
    std::string pods(const std::string& deployment) const;

private:
    boost::asio::awaitable<void> follow();

    boost::asio::any_io_executor executor_;
    std::filesystem::path kube_control_;
    std::string kube_cluster_;
    std::function<void()> changed_;
    json::value serving_;
};

}  // namespace understudy::sandbox
