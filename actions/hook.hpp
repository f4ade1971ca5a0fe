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
/// Exit 0 is `applied`; 75 (EX_TEMPFAIL) and every other code is `refused`, with the code in the
/// detail; killed, at its deadline with its children or by somebody, is `unknown`. Of its output
/// only the last line is kept, printable and bounded, because a program may print secrets.
class RunHook final : public Action {
public:
    RunHook(boost::asio::any_io_executor executor, Hooks hooks)
        : executor_(std::move(executor)), hooks_(std::move(hooks))
    {}
    /// Readable and without facts: what a program did cannot be read.
    boost::asio::awaitable<core::Observation> observe(core::Operation operation) override;
    boost::asio::awaitable<Effect> perform(Order order) override;

private:
    boost::asio::any_io_executor executor_;
    Hooks hooks_;
};

}  // namespace understudy::actions
