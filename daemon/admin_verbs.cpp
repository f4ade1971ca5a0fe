#include "daemon/admin_verbs.hpp"

#include "daemon/admin_commands.hpp"
#include "daemon/explain_json.hpp"
#include "daemon/runs_json.hpp"
#include "daemon/status_json.hpp"

#include <stdexcept>
#include <utility>

namespace understudy {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

std::uint64_t run_number(const AdminRequest& request)
{
    const auto* value = request.arguments.if_contains("run");
    boost::system::error_code error;
    const auto number = value != nullptr && value->is_number()
                            ? value->to_number<std::uint64_t>(error)
                            : std::uint64_t{0};
    if (error || number == 0)
        throw std::runtime_error("show: \"run\" must be the number of a run");
    return number;
}

}  // namespace

AdminVerbs::AdminVerbs(AdminSources sources) : sources_(std::move(sources)) {}

asio::awaitable<json::object> AdminVerbs::answer(Principal principal, AdminRequest request)
{
    if (request.verb == "status")
        co_return status_json(sources_.judge(), sources_.runs());
    if (request.verb == "why")
        co_return why_json(sources_.judge());
    if (request.verb == "explain")
        co_return explain_json(sources_.settings(), sources_.judge());
    if (request.verb == "history")
        co_return history_json(sources_.runs());
    if (request.verb == "show")
        co_return run_json(sources_.runs(), run_number(request));
    if (request.verb == "plan") {
        auto plan = co_await show_plan();
        co_return plan;
    }
    if (!is_command(request.verb))
        throw std::runtime_error("unknown verb \"" + request.verb + "\": see understudy --help");
    auto command = command_of(principal, request, sources_.planes());
    auto result = co_await execute(std::move(command));
    co_return result;
}

asio::awaitable<json::object> AdminVerbs::show_plan()
{
    const auto view = co_await sources_.plan();
    co_return plan_json(view);
}

asio::awaitable<json::object> AdminVerbs::execute(core::run_event::Command command)
{
    const auto answer = co_await sources_.command(std::move(command));
    if (!answer.ok)
        throw std::runtime_error(answer.text);
    json::object result{{"text", answer.text}, {"run", nullptr}};
    if (answer.run != 0)
        result["run"] = answer.run;
    co_return result;
}

}  // namespace understudy
