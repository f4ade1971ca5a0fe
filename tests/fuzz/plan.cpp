// A plan's canonical text: it has one plan, and a plan has one text.
#include "core/plan.hpp"

#include "net/sha256.hpp"

#include "target.hpp"

namespace understudy::fuzz {

void try_input(std::string_view input)
{
    const auto plan = core::plan_in(input);
    if (!plan)
        return;
    const auto text = core::canonical_text(*plan);
    require(text == input, "a plan has one text");
    require(core::plan_in(text) == plan, "what was written is read");
    require(core::hash_of(*plan, net::sha256_hex).size() == 16, "it can be named");
}

}  // namespace understudy::fuzz
