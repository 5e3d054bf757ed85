// Runs a musterd on a free loopback port.
#ifndef MUSTER_TESTS_PROCESSES_SERVER_PROCESS_H_
#define MUSTER_TESTS_PROCESSES_SERVER_PROCESS_H_

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace muster::testing {

// Starts musterd and waits for the line that says it can answer; stops it (SIGTERM) when it goes out of
// scope. Not thread-safe.
class ServerProcess {
 public:
  // `directory`: its data directory. `arguments`: beside --data; --listen takes a free port of 127.0.0.1, and
  // --map-size is 8 GiB, unless they say.
  // `before`: called in the new process before it becomes musterd (limits, closed descriptors).
  explicit ServerProcess(const std::string& directory, const std::vector<std::string>& arguments = {},
                         const std::function<void()>& before = nullptr);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // Empty when it didn't come up.
  const std::string& address() const { return address_; }
  bool up() const { return !address_.empty(); }
  // SIGTERM, and its exit code.
  int Stop();
  // Waits until it ends; its exit code.
  int Wait();
  // SIGKILL.
  void Kill();
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  std::string address_;
};

}  // namespace muster::testing

#endif  // MUSTER_TESTS_PROCESSES_SERVER_PROCESS_H_
