// server_gate: who may do what at the server: people by session, runners by token.
#pragma once
#include "web/gate.h"

extern const Gate server_gate;
extern const Gate server_gate_with_factor; // where nobody has a role without a second factor
