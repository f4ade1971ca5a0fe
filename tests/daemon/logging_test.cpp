#include "daemon/logging.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace understudy {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

/// A pipe in standard error's place.
class Pipe {
public:
    Pipe() { EXPECT_EQ(pipe2(ends_.data(), O_CLOEXEC), 0); }
    ~Pipe()
    {
        close_writer();
        close(ends_[0]);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    int writer() const { return ends_[1]; }
    std::string read_all()
    {
        close_writer();
        std::string text;
        std::array<char, 4096> buffer;
        for (;;) {
            const auto got = ::read(ends_[0], buffer.data(), buffer.size());
            if (got <= 0)
                return text;
            text.append(buffer.data(), static_cast<std::size_t>(got));
        }
    }

private:
    void close_writer()
    {
        if (ends_[1] >= 0)
            close(ends_[1]);
        ends_[1] = -1;
    }
    std::array<int, 2> ends_{};
};

config::LogSettings settings(
    config::LogFormat format, config::LogLevel level = config::LogLevel::info)
{
    config::LogSettings result;
    result.format = format;
    result.level = level;
    return result;
}

std::string line(LogStyle style, std::string_view message)
{
    LogLine logged;
    logged.severity = LogSeverity::warning;
    logged.at = std::chrono::system_clock::from_time_t(1'700'000'000) + 7ms;
    logged.message = message;
    return formatted(logged, style);
}

TEST(LogFormat, HasThreeStyles)
{
    EXPECT_EQ(line(LogStyle::text, "east"), "2023-11-14T22:13:20.007Z warning  east\n");
    EXPECT_EQ(line(LogStyle::journal, "east"), "<4>east\n");
    EXPECT_EQ(
        line(LogStyle::json, "a \"b\" \\"),
        "{\"time\":\"2023-11-14T22:13:20.007Z\",\"level\":\"warning\","
        "\"message\":\"a \\\"b\\\" \\\\\"}\n");
}

TEST(LogFormat, APeersTextCannotForgeALine)
{
    const std::string_view hostile = "body: ok\n<2>plane east has failed\r\x1b[2J\x7f";
    for (const auto style : {LogStyle::text, LogStyle::journal, LogStyle::json}) {
        const auto text = line(style, hostile);
        EXPECT_EQ(text.find('\n'), text.size() - 1) << text;
        EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
        EXPECT_EQ(text.find('\r'), std::string::npos) << text;
    }
    EXPECT_THAT(line(LogStyle::journal, hostile), HasSubstr("ok\\x0a<2>"));
}

TEST(LogFormat, KeepsReadableTextAndNothingElse)
{
    EXPECT_EQ(harmless("caf\u00e9 \u2192 \U0001F600 \\x41"), "caf\u00e9 \u2192 \U0001F600 \\x41");
    EXPECT_EQ(harmless("\u0085\u009b"), "\\xc2\\x85\\xc2\\x9b") << "C1 controls";
    EXPECT_EQ(harmless("\u2028"), "\\xe2\\x80\\xa8") << "line separator";
    EXPECT_EQ(harmless("\u202e"), "\\xe2\\x80\\xae") << "right-to-left override";
    EXPECT_EQ(harmless("\xff\xc0\xaf"), "\\xff\\xc0\\xaf") << "not UTF-8, overlong";
    EXPECT_EQ(harmless("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
    EXPECT_EQ(harmless("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "above U+10FFFF";
    EXPECT_EQ(harmless("a\xe2\x82"), "a\\xe2\\x82") << "cut short";
    EXPECT_EQ(harmless(std::string_view("\0", 1)), "\\x00");
}

TEST(LogFormat, EveryByteMakesValidJsonOnOneLine)
{
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; second += 5) {
            const std::string message{static_cast<char>(first), static_cast<char>(second)};
            const auto text = line(LogStyle::json, message);
            boost::system::error_code error;
            boost::json::parse(text, error);
            EXPECT_FALSE(error) << first << " " << second;
        }
    }
}

TEST(LogFormat, CutsWhatIsTooLong)
{
    const auto text = line(LogStyle::journal, std::string(log_message_bytes_max + 5, 'x'));
    EXPECT_THAT(text, ::testing::EndsWith("... (5 bytes cut)\n"));
}

TEST(Logging, TheJournalIsRecognisedByItsStream)
{
    const Pipe pipe;
    struct stat status {};
    ASSERT_EQ(fstat(pipe.writer(), &status), 0);
    const auto stream = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
    setenv("JOURNAL_STREAM", stream.c_str(), 1);
    EXPECT_EQ(style_for(config::LogFormat::automatic, pipe.writer()), LogStyle::journal);
    EXPECT_EQ(style_for(config::LogFormat::text, pipe.writer()), LogStyle::text);
    EXPECT_EQ(style_for(config::LogFormat::json, pipe.writer()), LogStyle::json);
    const Pipe other;
    EXPECT_EQ(style_for(config::LogFormat::automatic, other.writer()), LogStyle::text)
        << "standard error was redirected away from the journal";
    unsetenv("JOURNAL_STREAM");
    EXPECT_EQ(style_for(config::LogFormat::automatic, pipe.writer()), LogStyle::text);
}

TEST(Logging, WritesWhatWasLoggedBeforeItEnded)
{
    Pipe pipe;
    {
        const Logging logging(settings(config::LogFormat::text), pipe.writer());
        spdlog::info("plane {} is healthy", "east");
        spdlog::error("{}", "a\nb");
        spdlog::debug("not shown");
        Logging::set_level(config::LogLevel::debug);
        spdlog::debug("shown");
        EXPECT_EQ(logging.dropped(), 0U);
    }
    spdlog::error("nobody takes this, and nothing breaks");
    EXPECT_THAT(
        pipe.read_all(),
        MatchesRegex("[^ ]+Z info     plane east is healthy\n[^ ]+Z error    a.x0ab\n"
                     "[^ ]+Z debug    shown\n"));
}

TEST(Logging, APipeThatNobodyReadsCostsLinesAndNotTime)
{
    Pipe pipe;
    const auto started = std::chrono::steady_clock::now();
    std::uint64_t dropped = 0;
    {
        const Logging logging(settings(config::LogFormat::json), pipe.writer(), 64);
        const std::string text(1000, 'x');
        for (int i = 0; i < 2000; ++i)
            spdlog::info(text);
        EXPECT_LT(std::chrono::steady_clock::now() - started, 2s) << "the loop was held up";
        dropped = logging.dropped();
    }
    EXPECT_GT(dropped, 1000U);
    EXPECT_LT(std::chrono::steady_clock::now() - started, 5s) << "the end was held up";
    const auto text = pipe.read_all();
    EXPECT_THAT(text, HasSubstr("xxx"));
}

TEST(Logging, AReaderThatIsGoneDoesNoHarm)
{
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    close(ends[0]);
    {
        const Logging logging(settings(config::LogFormat::text), ends[1]);
        spdlog::info("into the void");
    }
    close(ends[1]);
}

}  // namespace
}  // namespace understudy
