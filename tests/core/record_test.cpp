#include "core/record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "example_records.hpp"

namespace understudy::core {
namespace {

// clang-format off
/// The stored bytes are a contract with every later version: a change here needs a new `format`.
const std::vector<std::string> golden{
    "format=2\nkind=opened\nat=1790000000123ms\ninstance=bastion-1\n",

    "format=2\nkind=run_created\nat=1790000001123ms\nepoch=7\nby=automatic\n"
    "reason=every class of east is down\nevidence=api: down\\nagents: down\n"
    "needs_approval=true\nsuspected_at=1790000000000ms\nfailed_at=1790000003000ms\n"
    "accepted=we lose ten seconds\nundoes=6\n"
    "plan_hash=0123456789abcdef\n"
    "plan.kind=failover\nplan.variant=restore\nplan.old_plane=east\nplan.new_plane=west\n"
    "plan.generation=6\nplan.when_unfenceable=proceed-if-dark\nplan.dark_for=600000000000ns\n"
    "plan.waiver.by=the owner\nplan.waiver.why=the standby is enough\n"
    "plan.waiver.when=2026-01-01\n"
    "plan.loss.gates.count=1\nplan.loss.gates.0=standby_fresh\n"
    "plan.loss.bytes.known=true\nplan.loss.bytes.value=1024\n"
    "plan.loss.data_until.known=true\nplan.loss.data_until.value=1789999990000ms\n"
    "plan.loss.keys=iam-signing-key differs\n"
    "plan.steps.count=2\n"
    "plan.steps.0.name=fence\nplan.steps.0.title=The old plane's writers are stopped\n"
    "plan.steps.0.concurrency=2\nplan.steps.0.first_alone=false\nplan.steps.0.delay=1000000ns\n"
    "plan.steps.0.deadline=90000000000ns\nplan.steps.0.expected=3000000000ns\n"
    "plan.steps.0.on_failure=fence\nplan.steps.0.point_of_no_return=false\n"
    "plan.steps.0.operations.count=1\nplan.steps.0.operations.0.kind=scale\n"
    "plan.steps.0.operations.0.target=east\nplan.steps.0.operations.0.object=tsb\n"
    "plan.steps.0.operations.0.parameters.count=2\n"
    "plan.steps.0.operations.0.parameters.0.name=namespace\n"
    "plan.steps.0.operations.0.parameters.0.value=tsb\n"
    "plan.steps.0.operations.0.parameters.1.name=replicas\n"
    "plan.steps.0.operations.0.parameters.1.value=0\n"
    "plan.steps.0.operations.0.command=kubectl -n tsb scale deployment tsb --replicas=0\n"
    "plan.steps.0.operations.0.stable_for=5000000000ns\n"
    "plan.steps.1.name=promote\nplan.steps.1.title=\nplan.steps.1.concurrency=16\n"
    "plan.steps.1.first_alone=true\nplan.steps.1.delay=0ns\n"
    "plan.steps.1.deadline=60000000000ns\nplan.steps.1.expected=1000000000ns\n"
    "plan.steps.1.on_failure=park\nplan.steps.1.point_of_no_return=true\n"
    "plan.steps.1.operations.count=1\nplan.steps.1.operations.0.kind=promote\n"
    "plan.steps.1.operations.0.target=west\nplan.steps.1.operations.0.object=managementplane\n"
    "plan.steps.1.operations.0.parameters.count=0\n"
    "plan.steps.1.operations.0.command=kubectl patch \\\\\\n\\x09--type merge\n"
    "plan.steps.1.operations.0.stable_for=0ns\n",

    "format=2\nkind=run_changed\nat=1790000002123ms\nepoch=7\nstate=parked\nby=operator\n"
    "why=east/tsb: 403\n",

    "format=2\nkind=intent\nat=1790000003123ms\nid=7.2.1\nattempt=3\nboot_id=0a1b\n"
    "started_at=1234000000005ns\ndeadline=8000000000ns\n"
    "before.count=1\nbefore.0.name=replicas\nbefore.0.value=2\n",

    "format=2\nkind=effect_ended\nat=1790000004123ms\nid=7.2.1\nattempt=3\nresult=unknown\n"
    "detail=no answer in 8 s\n",

    "format=2\nkind=operation_ended\nat=1790000005123ms\nid=7.2.1\nstate=reached\n"
    "detail=0 replicas, 0 pods\n",

    "format=2\nkind=step_began\nat=1790000006123ms\nepoch=7\nstep=2\nboot_id=0a1b\n"
    "began_at=1233000000000ns\n",

    "format=2\nkind=roles_swapped\nat=1790000007123ms\nepoch=7\nactive=west\nby=automatic\n"
    "reason=run 7\n",

    "format=2\nkind=hold_set\nat=1790000008123ms\nuntil=1790000600000ms\nby=operator\n"
    "reason=maintenance\n",

    "format=2\nkind=hold_released\nat=1790000009123ms\nby=operator\n",

    "format=2\nkind=armed\nat=1790000010123ms\nby=operator\nreason=standby is fit\n",

    "format=2\nkind=obligation_owed\nat=1790000011123ms\nid=7.2.1\nplane=west\n"
    "operation.kind=scale\noperation.target=east\noperation.object=tsb\n"
    "operation.parameters.count=2\noperation.parameters.0.name=namespace\n"
    "operation.parameters.0.value=tsb\noperation.parameters.1.name=replicas\n"
    "operation.parameters.1.value=0\n"
    "operation.command=kubectl -n tsb scale deployment tsb --replicas=0\n"
    "operation.stable_for=5000000000ns\nwhy=east did not answer\n",

    "format=2\nkind=obligation_ended\nat=1790000012123ms\nid=7.2.1\nhow=paid\nby=automatic\n"
    "reason=0 replicas\n",

    "format=2\nkind=step_ended\nat=1790000013123ms\nepoch=7\nstep=2\n",

    "format=2\nkind=took_over\nat=1790000014123ms\nepoch=9\nfrom=bastion-2\nby=operator\n"
    "reason=that bastion is gone\n",

    "format=2\nkind=taken_up\nat=1790000015123ms\nepoch=7\nprocess=0c2d\n",

    "format=2\nkind=approved\nat=1790000016123ms\nepoch=7\nby=ada\nreason=they stay refused\n"};
// clang-format on

std::string replaced(std::string text, std::string_view what, std::string_view with)
{
    const auto at = text.find(what);
    return at == std::string::npos ? std::string() : text.replace(at, what.size(), with);
}

std::string told(std::string why)
{
    return encode({WallTime{}, RunChanged{1, RunState::running, "by", std::move(why)}});
}

TEST(Records, HaveTheBytesThatLaterVersionsMustRead)
{
    const auto records = example_records();
    ASSERT_EQ(records.size(), std::variant_size_v<RecordBody>);
    ASSERT_EQ(records.size(), golden.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        EXPECT_EQ(records[i].body.index(), i);
        EXPECT_EQ(encode(records[i]), golden[i]);
    }
}

TEST(Records, ComeBackAsTheyWere)
{
    for (const auto& text : golden) {
        const auto record = decode_record(text);
        ASSERT_TRUE(record) << text;
        EXPECT_EQ(encode(*record), text);
    }
    const auto run = decode_record(golden[1]);
    ASSERT_TRUE(run);
    EXPECT_EQ(std::get<RunCreated>(run->body).plan, example_plan());
    EXPECT_EQ(run->at, example_records()[1].at);
}

TEST(Records, HaveNamesOfTheirOwn)
{
    std::set<std::string_view> names;
    for (const auto& record : example_records())
        EXPECT_TRUE(names.insert(kind_of(record.body)).second) << kind_of(record.body);
}

TEST(Records, KeepAnyBytesOnOneLine)
{
    std::string all;
    for (int byte = 0; byte < 256; ++byte)
        all += static_cast<char>(byte);
    all += "\\n \\x41 =\r\n";
    const auto text = told(all);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 7);
    const auto record = decode_record(text);
    ASSERT_TRUE(record);
    EXPECT_EQ(std::get<RunChanged>(record->body).why, all);
}

TEST(Records, KeepTheExtremesOfNumbers)
{
    Intent extreme;
    extreme.id = {~std::uint64_t{0}, ~std::uint32_t{0}, ~std::uint32_t{0}};
    extreme.attempt = ~std::uint32_t{0};
    extreme.started_at = Instant::min();
    extreme.deadline = Duration::max();
    const Record record{WallTime::max(), extreme};
    const auto back = decode_record(encode(record));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->at, WallTime::max());
    EXPECT_EQ(std::get<Intent>(back->body).id, extreme.id);
    EXPECT_EQ(std::get<Intent>(back->body).started_at, Instant::min());
    EXPECT_EQ(std::get<Intent>(back->body).deadline, Duration::max());
}

struct Damage {
    const char* name;
    std::size_t record;  ///< Index in `golden`.
    const char* what;
    const char* with;
};

class DamagedRecord : public testing::TestWithParam<Damage> {};

TEST_P(DamagedRecord, IsRefused)
{
    const auto& [name, record, what, with] = GetParam();
    const auto text = replaced(golden[record], what, with);
    ASSERT_NE(text, "") << "the text to replace is not there";
    EXPECT_FALSE(decode_record(text));
}

INSTANTIATE_TEST_SUITE_P(
    Each,
    DamagedRecord,
    testing::Values(
        Damage{"NewerFormat", 0, "format=2", "format=3"},
        Damage{"NoFormat", 0, "format=2\n", ""},
        Damage{"UnknownKind", 0, "kind=opened", "kind=opener"},
        Damage{"KindOfOtherFields", 0, "kind=opened", "kind=hold_released"},
        Damage{"FieldMissing", 2, "state=parked\n", ""},
        Damage{"FieldTwice", 2, "epoch=7\n", "epoch=7\nepoch=7\n"},
        Damage{"FieldsSwapped", 2, "epoch=7\nstate=parked\n", "state=parked\nepoch=7\n"},
        Damage{"FieldAdded", 0, "bastion-1\n", "bastion-1\nmore=1\n"},
        Damage{"LastLineCut", 0, "bastion-1\n", "bastion-1"},
        Damage{"UnknownState", 2, "state=parked", "state=resting"},
        Damage{"UnknownVariant", 1, "variant=restore", "variant=unknown"},
        Damage{"UnknownPolicy", 1, "on_failure=fence", "on_failure=unknown"},
        Damage{"UnknownOperation", 1, "kind=scale", "kind=scald"},
        Damage{"NumberWithLeadingZero", 2, "epoch=7", "epoch=07"},
        Damage{"NumberWithSign", 2, "epoch=7", "epoch=+7"},
        Damage{"NegativeNumber", 2, "epoch=7", "epoch=-7"},
        Damage{"NumberTooLarge", 2, "epoch=7", "epoch=18446744073709551616"},
        Damage{"NumberEmpty", 2, "epoch=7", "epoch="},
        Damage{"AttemptTooLarge", 3, "attempt=3", "attempt=4294967296"},
        Damage{"TimeWithoutUnit", 0, "123ms", "123"},
        Damage{"TimeTooLarge", 0, "1790000000123ms", "9223372036854775808ms"},
        Damage{"NotABool", 1, "needs_approval=true", "needs_approval=yes"},
        Damage{"CountTooHigh", 3, "before.count=1", "before.count=2"},
        Damage{"CountTooLow", 3, "before.count=1", "before.count=0"},
        Damage{"CountWithoutEnd", 3, "before.count=1", "before.count=18446744073709551615"},
        Damage{"ParametersOutOfOrder", 1, "name=namespace", "name=zone"},
        Damage{"ParameterTwice", 1, "name=namespace", "name=replicas"},
        Damage{"EscapeOfNothing", 0, "bastion-1", "bastion\\q"},
        Damage{"EscapeCut", 0, "bastion-1", "bastion\\"},
        Damage{"HexEscapeCut", 0, "bastion-1", "bastion\\x4"},
        Damage{"EscapeNotNeeded", 0, "bastion-1", "bastion\\x2d1"},
        Damage{"EscapeInUpperCase", 1, "\\x09", "\\x0A"},
        Damage{"ControlCharacterNotEscaped", 0, "bastion-1", "bastion\t1"},
        Damage{"OperationIdTooShort", 3, "id=7.2.1", "id=7.2"}),
    [](const auto& damage) { return damage.param.name; });

/// Cut anywhere, or with any byte replaced by any other: refused, or read as exactly that text.
TEST(Records, SurviveEveryCutAndEveryChangedByte)
{
    for (const auto& text : golden) {
        for (std::size_t size = 0; size < text.size(); ++size)
            EXPECT_FALSE(decode_record(std::string_view(text).substr(0, size)));
        for (std::size_t at = 0; at < text.size(); at += 3) {
            for (const char byte : {'\0', '\n', '=', '\\', '0', '9', '.', 'x', '\x7f', '\xff'}) {
                auto changed = text;
                changed[at] = byte;
                const auto record = decode_record(changed);
                EXPECT_TRUE(!record || encode(*record) == changed) << changed;
            }
        }
    }
}

TEST(Records, SurviveGarbage)
{
    for (const auto* text : {"", "\n", "=", "format", "format=\n", "\xff\xfe", "format=2\nkind=\n"})
        EXPECT_FALSE(decode_record(text)) << text;
    EXPECT_FALSE(decode_record(std::string(1'000'000, '\n')));
    EXPECT_FALSE(decode_record(std::string(1'000'000, '\\')));
    EXPECT_FALSE(decode_record(std::string(1000, '\0')));
}

}  // namespace
}  // namespace understudy::core
