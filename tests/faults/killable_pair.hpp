/// A pair whose daemon dies where a test wants it to: a build of it with kill points
/// (net/kill_points.hpp).
#pragma once

#include <chrono>
#include <string>

#include "faults/acting_pair.hpp"

namespace understudy::sandbox {

/// One passing of one kill point.
struct KillPlace {
    std::string point;
    std::string words;  ///< Of the effect's request, with commas between them; empty: of any.
    int count = 1;
};
std::string in_words(const KillPlace& place);

class KillablePair : public ActingPair {
public:
    /// Mode automatic, with short deadlines of effects: who was killed in the middle of one must
    /// wait until it can no longer land.
    explicit KillablePair(const std::string& variant = "embedded-sync");

    /// Starts a daemon that is to die there.
    void start_armed(const KillPlace& place);
    /// Waits until the daemon is gone, or its run has ended. True when it died at the place that
    /// it was armed for, as it wrote down right before.
    bool died_there(std::chrono::milliseconds deadline);

private:
    std::string armed_proof_;
    int lives_ = 0;
};

/// The path of the daemon's program with kill points.
std::string killable_program();

}  // namespace understudy::sandbox
