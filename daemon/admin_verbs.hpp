/// Every verb of the admin socket: those that show are answered from snapshots, those that change
/// something go to the executor and are answered when it has answered.
#pragma once

#include "core/report.hpp"
#include "core/runs.hpp"
#include "daemon/admin_protocol.hpp"
#include "daemon/plan_json.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include <functional>
#include <string>
#include <vector>

namespace understudy {

/// Where answers come from. All are called on the event loop and must not block.
struct AdminSources {
    std::function<core::Report()> judge;
    std::function<core::RunsReport()> runs;
    std::function<boost::asio::awaitable<PlanView>()> plan;  ///< Reads the world.
    /// Completes the command with what the judge knows, and hands it to the executor.
    std::function<boost::asio::awaitable<core::run_effect::Answer>(core::run_event::Command)>
        command;
    std::function<std::vector<std::string>()> planes;
    std::function<core::WatchSettings()> settings;  ///< Those in use.
};

/// Lives on one thread, and longer than every `answer`.
class AdminVerbs {
public:
    explicit AdminVerbs(AdminSources sources);

    /// Throws std::runtime_error to refuse the request.
    boost::asio::awaitable<boost::json::object> answer(Principal principal, AdminRequest request);

private:
    boost::asio::awaitable<boost::json::object> show_plan();
    boost::asio::awaitable<boost::json::object> execute(core::run_event::Command command);

    AdminSources sources_;
};

}  // namespace understudy
