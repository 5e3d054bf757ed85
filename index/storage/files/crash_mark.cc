#include "index/storage/files/crash_mark.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/concurrency/mutex.h"

namespace muster::index {

class CrashMark {
 public:
  explicit CrashMark(std::string path) : path_(std::move(path)) {}
  const std::string& path() const { return path_; }
  bool abandoned() const { return abandoned_.load(std::memory_order_acquire); }
  void Abandon() { abandoned_.store(true, std::memory_order_release); }

 private:
  const std::string path_;
  std::atomic<bool> abandoned_{false};
};

namespace {

constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGABRT};
constexpr size_t kStackBytes = size_t{64} << 10;

std::atomic<bool> installed{false};
// Closed when a mark has to be written: the process may have no other descriptor.
std::atomic<int> reserve{-1};

// The marks of the transactions that the thread has open, usually few. Of more, the latest are kept.
constexpr int kOpenMarksMax = 8;
thread_local CrashMark* open_marks[kOpenMarksMax];
thread_local int open_count = 0;

// A thread's stack for handlers, made with its first transaction: the normal one may have overflowed.
struct HandlerStack {
  void* memory = MAP_FAILED;
  HandlerStack() {
    memory = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    stack_t stack = {};
    stack.ss_sp = memory;
    stack.ss_size = kStackBytes;
    sigaltstack(&stack, nullptr);
  }
  ~HandlerStack() {
    if (memory == MAP_FAILED) return;
    stack_t none = {};
    none.ss_flags = SS_DISABLE;
    sigaltstack(&none, nullptr);
    munmap(memory, kStackBytes);
  }
};

const char* NameOf(int signal) {
  return signal == SIGSEGV ? "SIGSEGV\n" : signal == SIGBUS ? "SIGBUS\n" : "SIGABRT\n";
}

std::atomic<bool> being_left{false};
thread_local bool leaves_marks = false;

void LeaveMarks(int signal) {
  if (!leaves_marks && being_left.exchange(true)) {
    for (;;) pause();  // another thread writes its marks, and then ends the process
  }
  if (std::exchange(leaves_marks, true)) {  // crashed again while writing them
    ::signal(signal, SIG_DFL);
    raise(signal);
    return;
  }
  if (const int spare = reserve.exchange(-1); spare >= 0) close(spare);
  const char* const name = NameOf(signal);
  for (int i = 0; i < open_count; ++i) {
    if (open_marks[i]->abandoned()) continue;
    const int file = open(open_marks[i]->path().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) continue;
    const ssize_t written = write(file, name, std::strlen(name));
    (void)written;  // the file's existence is what counts
    fsync(file);
    close(file);
  }
  // The signal is held back until the handler returns, and then ends the process as it would have.
  ::signal(signal, SIG_DFL);
  raise(signal);
}

}  // namespace

absl::Status InstallCrashMarks() {
  reserve.store(open("/dev/null", O_RDONLY | O_CLOEXEC));
  struct sigaction action = {};
  action.sa_handler = LeaveMarks;
  action.sa_flags = SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (const int signal : kSignals) {
    if (sigaction(signal, &action, nullptr) != 0)
      return absl::InternalError(absl::StrCat("cannot watch for crashes: ", std::strerror(errno)));
  }
  installed.store(true, std::memory_order_release);
  return absl::OkStatus();
}

CrashMark* KeepMark(const std::string& path) {
  if (path.empty()) return nullptr;
  static Mutex mutex;
  // Never freed: handlers read a mark at any time.
  static auto* const kept = new std::map<std::string, CrashMark*>;  // of each path the last one
  static auto* const abandoned = new std::vector<CrashMark*>;
  MutexLock lock(mutex);
  CrashMark*& mark = (*kept)[path];
  if (mark != nullptr && mark->abandoned()) abandoned->push_back(std::exchange(mark, nullptr));
  if (mark == nullptr) mark = new CrashMark(path);
  return mark;
}

void AbandonMark(CrashMark* mark) {
  if (mark != nullptr) mark->Abandon();
}

void EnterMarked(CrashMark* mark) {
  if (mark == nullptr || !installed.load(std::memory_order_acquire)) return;
  static thread_local const HandlerStack stack;
  if (open_count == kOpenMarksMax) {
    --open_count;
    std::copy(open_marks + 1, open_marks + 1 + open_count, open_marks);
  }
  open_marks[open_count++] = mark;
}

void LeaveMarked(CrashMark* mark) {
  for (int i = open_count - 1; i >= 0; --i) {
    if (open_marks[i] != mark) continue;
    open_marks[i] = open_marks[--open_count];
    return;
  }
}

}  // namespace muster::index
