"""Runs ONNX files with onnxruntime: reads [{file, inputs: {name: {type, values}}}] from stdin, writes outputs as JSON."""
import json
import sys

import numpy as np
import onnx
import onnxruntime

TYPES = {'float': np.float32, 'double': np.float64}
answers = []
for request in json.load(sys.stdin):
    onnx.checker.check_model(onnx.load(request['file']), full_check=True)
    session = onnxruntime.InferenceSession(request['file'], providers=['CPUExecutionProvider'])
    feed = {}
    for name, given in request['inputs'].items():
        rows = [[np.nan if cell is None else cell for cell in row] for row in given['values']]
        feed[name] = np.array(rows, dtype=object if given['type'] == 'string' else TYPES[given['type']])
    names = [output.name for output in session.get_outputs()]
    answers.append({name: np.asarray(value).tolist() for name, value in zip(names, session.run(None, feed))})
json.dump(answers, sys.stdout)
