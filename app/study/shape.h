// shape: what can be wrong with the form of a project file; for the files of this room that read it.
#pragma once
#include "study/own.h"

typedef enum Shape {
    SHAPE_YAML,
    SHAPE_YAML_DUPKEY,
    SHAPE_TOP,
    SHAPE_TOP_KEY,
    SHAPE_TOP_UNKNOWN,
    SHAPE_VERSION_MISSING,
    SHAPE_VERSION_NUMBER,
    SHAPE_VERSION_NEW,
    SHAPE_EXPECTATIONS_MISSING,
    SHAPE_EXPECTATIONS_FORBIDDEN,
    SHAPE_EXPECTATIONS,
    SHAPE_EXPECTATIONS_UNKNOWN,
    SHAPE_SIZE_MISSING,
    SHAPE_SIZE_NUMBER,
    SHAPE_ACTIONS_MISSING,
    SHAPE_ACTIONS_ABSENT,
    SHAPE_ACTIONS,
    SHAPE_ACTION_NAME,
    SHAPE_ACTION,
    SHAPE_ACTION_KEY,
    SHAPE_ACTION_UNKNOWN,
    SHAPE_RUN_MISSING,
    SHAPE_RUN,
    SHAPE_OUTPUTS_MISSING,
    SHAPE_OUTPUTS,
    SHAPE_OUTPUTS_NONE,
    SHAPE_LEVEL_UNKNOWN,
    SHAPE_LEVEL,
    SHAPE_OUTPUT_NAME,
    SHAPE_PATH,
    SHAPE_NEEDS,
    SHAPE_NEED,
    SHAPE_CONFIG,
    SHAPE_DUMMY,
    SHAPES
} Shape;
extern const Rule shapes[SHAPES]; // shape.c

// Notes what is wrong at a node; what[] may be empty. In an action when look->action is set.
void study_note_shape(Look *, Shape, const Yaml *at, Str what0, Str what1);
// A key that is not known: a fault or a warning, with the word that was probably meant.
void study_note_unknown(Look *, Shape, const Yaml *key, const StrList *known, Str where);
