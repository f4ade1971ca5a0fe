// A DNS message, as the answer to a question of ours: `TYPE MESSAGE`.
#include "net/dns_message.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "target.hpp"

namespace understudy::fuzz {

namespace {

using net::DnsBytes;

constexpr std::array types{
    net::DnsType::cname, net::DnsType::a, net::DnsType::aaaa, net::DnsType::txt};
constexpr std::size_t header_bytes = 12;
constexpr std::size_t value_bytes_max = 4096;

net::DnsQuestion question_of(std::size_t choice)
{
    net::DnsQuestion question;
    question.name = "active.tsb.test";
    question.type = types.at(choice % types.size());
    return question;
}

void require_sound(const net::DnsAnswer& answer)
{
    require(
        (answer.reason == core::Reason::none) == !answer.values.empty(),
        "an answer without values says why");
    require(answer.reason == core::Reason::none || !answer.detail.empty(), "and in words");
    require(std::ranges::is_sorted(answer.values), "values are sorted");
    require(!answer.absent || answer.values.empty(), "what does not exist has no values");
    require(answer.ttl == 0 || !answer.values.empty(), "only values have a time to live");
    for (const auto& value : answer.values)
        require(
            is_printable(value) && value.size() <= value_bytes_max,
            "a value is fit to be shown, and bounded");
}

/// Our own question, sent back as an answer that holds nothing.
void require_recognized(std::string_view name, net::DnsType type)
{
    net::DnsQuestion question;
    question.name = name;
    question.type = type;
    question.id = 4711;
    DnsBytes message;
    try {
        message = net::wire_form(question);
    } catch (const std::invalid_argument&) {
        return;
    }
    require(!net::answer_in(message, question), "a question is no answer");
    message.at(2) |= 0x80U;  // QR: it is one now
    const auto answer = net::answer_in(message, question);
    require(answer && answer->absent, "an answer without records says that there are none");
    question.id = 4712;
    require(!net::answer_in(message, question), "the answer to another question is not ours");
}

}  // namespace

void try_input(std::string_view input)
{
    auto question = question_of(take_byte(input));
    const DnsBytes message(input.begin(), input.end());
    if (message.size() >= 2)
        question.id = static_cast<std::uint16_t>(message[0] << 8U | message[1]);
    if (const auto answer = net::answer_in(message, question))
        require_sound(*answer);
    require_recognized(input.substr(std::min(input.size(), header_bytes)), question.type);
}

}  // namespace understudy::fuzz
