#include "actions/hook_name_provider.hpp"

#include "actions/program.hpp"

namespace understudy::actions {

namespace asio = boost::asio;

asio::awaitable<Effect> HookNameProvider::change(NameChange change)
{
    const auto ttl = std::chrono::duration_cast<std::chrono::seconds>(change.ttl).count();
    Program program;
    program.name = "for " + change.name;
    program.argv = argv_;
    program.content_hash = std::move(change.content_hash);
    program.environment.emplace_back("UNDERSTUDY_NAME", change.name);
    program.environment.emplace_back("UNDERSTUDY_NAME_FROM", change.from);
    program.environment.emplace_back("UNDERSTUDY_NAME_TO", change.to);
    program.environment.emplace_back("UNDERSTUDY_NAME_TTL", std::to_string(ttl));
    program.environment.emplace_back("UNDERSTUDY_TOKEN_RECORD", change.token_record);
    program.environment.emplace_back("UNDERSTUDY_TOKEN", change.token_to);
    program.environment.emplace_back("UNDERSTUDY_OPERATION", change.token_to);
    program.deadline = change.deadline;
    Effect effect = co_await run_program(executor_, std::move(program));
    co_return effect;
}

}  // namespace understudy::actions
