// Notices a client that keeps a stream open and says nothing.
#ifndef MUSTER_SERVER_SERVICES_SILENCE_ALARM_H_
#define MUSTER_SERVER_SERVICES_SILENCE_ALARM_H_

#include <functional>
#include <memory>

#include "absl/time/time.h"
#include "grpcpp/alarm.h"

namespace muster::server {

// Armed before each read and disarmed when its message is there. When that takes longer than `patience`,
// `on_silence` is called, once, on a thread of gRPC's, and whoever disarms later is told so: exactly one of
// the two goes on with the stream. Arm and Disarm take turns.
class SilenceAlarm {
 public:
  SilenceAlarm(absl::Duration patience, std::function<void()> on_silence);
  ~SilenceAlarm();

  void Arm();
  // False: it is too late, and the stream is on_silence's.
  bool Disarm();

 private:
  struct State;
  const absl::Duration patience_;
  const std::shared_ptr<State> state_;  // shared with alarms that were cancelled too late
  std::unique_ptr<grpc::Alarm> alarm_;  // of the read under way
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_SERVICES_SILENCE_ALARM_H_
