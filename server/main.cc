// musterd: the Muster server.
#include <variant>

#include "server/lifecycle/application.h"
#include "server/lifecycle/settings.h"

int main(int argc, char** argv) {
  const std::variant<muster::server::Settings, int> read = muster::server::ReadSettings(argc, argv);
  if (const int* exit_code = std::get_if<int>(&read)) return *exit_code;
  return muster::server::RunApplication(std::get<muster::server::Settings>(read));
}
