#include "faults/killable_pair.hpp"

#include <filesystem>

namespace understudy::sandbox {

namespace fs = std::filesystem;

namespace {

/// Of one life of the daemon's. It runs as another user.
fs::path proof_file(const KillablePair& pair, int life)
{
    return pair.dir() / "proofs" / std::to_string(life);
}

}  // namespace

std::string in_words(const KillPlace& place)
{
    return place.point + (place.words.empty() ? "" : " " + place.words);
}

KillablePair::KillablePair(const std::string& variant) : ActingPair("automatic", variant)
{
    shorten_effects();
    fs::create_directory(dir() / "proofs");
    fs::permissions(dir() / "proofs", fs::perms::all);
}

void KillablePair::start_armed(const KillPlace& place)
{
    ++lives_;
    armed_proof_ = in_words(place);
    DaemonOptions options;
    options.program = killable_program();
    options.environment = {
        "UNDERSTUDY_KILL_AT=" + place.point + ":" + std::to_string(place.count),
        "UNDERSTUDY_KILL_ON=" + place.words,
        "UNDERSTUDY_KILL_PROOF=" + proof_file(*this, lives_).string()};
    start_daemon(std::move(options));
}

bool KillablePair::died_there(std::chrono::milliseconds deadline)
{
    const auto has_ended = [this] {
        const auto run = latest_run();
        return run && !run->at("ended_at").is_null();
    };
    eventually([&] { return !daemon_runs() || has_ended(); }, deadline);
    return !daemon_runs() && read_text(proof_file(*this, lives_)) == armed_proof_;
}

std::string killable_program() { return BINARY_DIR "/tests/faults/understudy-killable"; }

}  // namespace understudy::sandbox
