import type {Host} from '../../host/host.ts';
import type {Model} from '../../ml/model.ts';
import {onnxOfModel} from '../../ml/onnx/onnx-of-model.ts';

/** @param featurizer path of the file that `featurize` wrote, whose steps go in front of the model where ONNX has them */
export function writeOnnx(host: Host, featurizer: string | undefined, path: string, model: Model): void {
  const text = featurizer === undefined ? undefined : host.files.readText(featurizer);
  host.files.writeAtomic(path, onnxOfModel(model, text));
}
