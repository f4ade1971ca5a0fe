/// The API of a Management Plane as front envoy shows it.
#pragma once

#include "sandbox/front/front_faults.hpp"
#include "sandbox/front/front_settings.hpp"
#include "sandbox/front/plane_view.hpp"
#include "sandbox/http.hpp"

#include <memory>

namespace understudy::sandbox {

/// The way of a request: envoy asks `iam` whether it may pass (403 when iam is away, 401 without
/// credentials), and hands it to `tsb` (`/v2/`), `oap` (`/promql/`) or `web`; an upstream without
/// ready pods is 503. `tsb` answers from the plane's PostgreSQL. (TSB-6 to TSB-11)
class PlaneApi {
public:
    PlaneApi(
        const FrontSettings& settings,
        std::shared_ptr<const PlaneView> plane,
        std::shared_ptr<Database> database,
        FrontFaults& faults);

    boost::asio::awaitable<Response> answer(Request request);
    std::uint64_t requests() const noexcept { return requests_; }

private:
    boost::asio::awaitable<Response> answer_tsb(Request request);
    Response answer_oap(const Request& request) const;
    Response answer_web() const;
    bool authorized(const Request& request) const;
    bool basic_matches(const std::string& header) const;
    Response object_at(const std::string& path, const Answer& syncs) const;
    Response cluster_at(const std::string& path, const Answer& syncs) const;
    json::object cluster_object(const std::string& name, const Answer& syncs) const;
    json::object cluster_status(const std::string& name, const Answer& syncs) const;

    const FrontSettings& settings_;
    std::shared_ptr<const PlaneView> plane_;
    std::shared_ptr<Database> database_;
    FrontFaults& faults_;
    std::uint64_t requests_ = 0;
};

}  // namespace understudy::sandbox
