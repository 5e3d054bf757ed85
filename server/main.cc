// musterd: the Muster server.
#include <variant>

#include "server/lifecycle/application.h"
#include "server/lifecycle/settings.h"
#include "server/lifecycle/standard_streams.h"
#include "server/lifecycle/verify_mode.h"

namespace {

// Runs before the initialisers of libraries; gRPC's opens a descriptor.
__attribute__((section(".preinit_array"),
               used)) void (*const kFirstOfAll)() = &muster::server::OpenStandardStreams;

}  // namespace

int main(int argc, char** argv) {
  if (muster::server::AsksForVerify(argc, argv)) return muster::server::RunVerify(argc, argv);
  const auto read = [argc, argv] { return muster::server::ReadSettings(argc, argv); };
  const std::variant<muster::server::Settings, int> first = read();
  if (const int* exit_code = std::get_if<int>(&first)) return *exit_code;
  return muster::server::RunApplication(std::get<muster::server::Settings>(first), read);
}
