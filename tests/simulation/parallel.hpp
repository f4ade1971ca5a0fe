/// Work that shares nothing, on every processor.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace understudy::simulation {

/// The results of `work(0)` to `work(count - 1)`, in that order, however they were shared out.
template <class Work>
auto in_parallel(std::size_t count, const Work& work)
{
    std::vector<decltype(work(std::size_t{}))> results(count);
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> threads(std::max(1U, std::thread::hardware_concurrency()));
    for (auto& thread : threads) {
        thread = std::jthread([&] {
            for (auto i = next++; i < count; i = next++)
                results[i] = work(i);
        });
    }
    threads.clear();
    return results;
}

}  // namespace understudy::simulation
