// A record of the journal: a text is either what some record is written as, byte for byte, or none.
#include "core/record.hpp"

#include <string>

#include "target.hpp"

namespace understudy::fuzz {

void try_input(std::string_view input)
{
    const auto record = core::decode_record(input);
    if (!record)
        return;
    const auto text = core::encode(*record);
    require(text == input, "a record has one text");
    require(!core::decode_record(text + "\n"), "and not that and something more");
    require(!core::decode_record(text.substr(0, text.size() - 1)), "nor that and something less");
    const auto again = core::decode_record(text);
    require(again && core::encode(*again) == text, "what was written is read");
    require(again->body.index() == record->body.index(), "as the same kind");
}

}  // namespace understudy::fuzz
