import { useEffect, useState } from 'react';
import type { SpanhouseDataSource } from '../datasource.ts';

/** What the server can do; undefined until it has said so, and while it cannot be asked. */
export function useFeatures({ completion }: SpanhouseDataSource): readonly string[] | undefined {
  const [features, setFeatures] = useState<readonly string[]>();
  useEffect(() => {
    let isShown = true;
    completion.features().then(
      (found) => {
        if (isShown) setFeatures(found);
      },
      () => undefined,
    );
    return () => {
      isShown = false;
    };
  }, [completion]);
  return features;
}
