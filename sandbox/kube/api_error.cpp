#include "sandbox/kube/api_error.hpp"

namespace understudy::sandbox {

json::value status_of(const ApiError& error)
{
    return {{"kind", "Status"},    {"apiVersion", "v1"},      {"metadata", json::object()},
            {"status", "Failure"}, {"message", error.what()}, {"reason", error.reason},
            {"code", error.code}};
}

json::value success_status()
{
    return {
        {"kind", "Status"},
        {"apiVersion", "v1"},
        {"metadata", json::object()},
        {"status", "Success"}};
}

}  // namespace understudy::sandbox
