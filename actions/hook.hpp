/// A program of the operator's as a step.
#pragma once

#include "actions/action.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace understudy::actions {

/// The programs by name; argv[0] is an absolute path. No shell.
using Hooks = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Runs the program that the operation's object names, until the order's deadline. Its environment
/// tells `UNDERSTUDY_RUN` and `UNDERSTUDY_EPOCH` (a run is named by its epoch), `UNDERSTUDY_STEP`
/// (the parameter `step`, else the step's number), `UNDERSTUDY_OPERATION` (`EPOCH.STEP.INDEX`),
/// `UNDERSTUDY_ATTEMPT`, and `UNDERSTUDY_OLD_PLANE` and `UNDERSTUDY_NEW_PLANE` (the parameters
/// `old_plane` and `new_plane`). A program that is run twice has to be the same as run once.
///
/// The parameter `content_hash` is what the file must be. What its end means: program.hpp.
class RunHook final : public Action {
public:
    RunHook(boost::asio::any_io_executor executor, Hooks hooks)
        : executor_(std::move(executor)), hooks_(std::move(hooks))
    {}
    /// Tells what the program is now; what it did cannot be read.
    boost::asio::awaitable<core::Observation> observe(core::Operation operation) override;
    boost::asio::awaitable<Effect> perform(Order order) override;

private:
    boost::asio::any_io_executor executor_;
    Hooks hooks_;
};

}  // namespace understudy::actions
