/// Runs what a cluster's CronJobs are there for, as Jobs.
#pragma once

#include "sandbox/kube/cluster_settings.hpp"
#include "sandbox/kube/object_store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <vector>

namespace understudy::sandbox {

/// Each CronJob with a command runs it every `period`, unless `spec.suspend`; a Job object shows
/// it, and the CronJob's status tells the last success. Jobs of one CronJob never overlap
/// (`concurrencyPolicy: Forbid`), and one that runs is not stopped by suspending (TSB-26). Make it
/// with std::make_shared.
class CronJobs : public std::enable_shared_from_this<CronJobs> {
public:
    CronJobs(
        boost::asio::any_io_executor executor,
        std::shared_ptr<ObjectStore> store,
        std::string name_space,
        std::vector<CronJobSettings> jobs);

    void start();

private:
    boost::asio::awaitable<void> run_again_and_again(CronJobSettings job);
    boost::asio::awaitable<void> run_once(const CronJobSettings& job);
    boost::asio::awaitable<bool> run(std::vector<std::string> argv);

    bool is_wanted(const std::string& cron_job) const;
    /// Shows a Job that runs; its name.
    std::string begin(const std::string& cron_job);
    void end(const std::string& cron_job, const std::string& job, bool succeeded);
    void forget_oldest(const std::string& cron_job);

    boost::asio::any_io_executor executor_;
    std::shared_ptr<ObjectStore> store_;
    std::string name_space_;
    std::vector<CronJobSettings> jobs_;
    std::uint64_t made_ = 0;
};

}  // namespace understudy::sandbox
